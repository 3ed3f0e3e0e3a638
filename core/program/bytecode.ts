/**
 * The kept copy of the object file that a program was loaded from.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { ProgramRecord } from "../types.ts";

/**
 * Reads the object of a loaded program.
 *
 * @param machine The machine.
 * @param record The program.
 * @throws {BpfmanError} When somebody took it away.
 */
export function readBytecode({ layout }: Machine, { programId, name }: ProgramRecord): Uint8Array {
  const path = layout.bytecode(programId);
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    throw new BpfmanError(`Cannot read the object of program ${programId} "${name}": "${path}"`, {
      code: "file-unreadable",
      cause,
    });
  }
}
