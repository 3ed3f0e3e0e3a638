/**
 * Whether a program came into the kernel as it was asked for. libbpf asks the kernel what it can do
 * by trying it, and takes every failure for a no: short of memory for a moment, it leaves out names
 * that every kernel of ours takes, and perhaps more.
 *
 * @module
 */
import type { ProgramInfo } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";

/**
 * Refuses a program that the kernel has without its name.
 *
 * @param name Name of the program.
 * @param info What the kernel has.
 * @throws {BpfmanError} `load-degraded`.
 */
export function checkWhole(name: string, info: ProgramInfo): void {
  if (info.name !== "") return;
  throw new BpfmanError(
    `Cannot load program "${name}": libbpf could not find out what the kernel can do, and loaded ` +
      "it without its name",
    {
      code: "load-degraded",
      kind: ErrorKind.KERNEL,
      hint: "Nothing was loaded; run the command again when the machine has memory",
    },
  );
}
