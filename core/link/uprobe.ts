/**
 * Probes on functions of programs and libraries, by a perf event and a bpf_link on it
 * (Linux 5.15).
 *
 * @module
 */
// file by file: whatever else the tools can do would make every command slower
import { type FunctionTable, readFunctions } from "../../bytecode-tools/elf/symbols.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { afterColon, BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";
import type { UprobeDetails, UprobeTarget } from "../types.ts";
import { findBinary } from "./binary.ts";
import type { AttachContext, LinkDriver } from "./driver.ts";
import { checkPid } from "./process.ts";
import { BPF_PERF_EVENT } from "./tracepoint.ts";

function readBinary(machine: Machine, path: string): FunctionTable {
  try {
    return readFunctions(machine.kernel.files.readBytes(path));
  } catch (error) {
    if (!(error instanceof BytecodeError) && !isSyscallError(error)) throw error;
    throw new BpfmanError(`Cannot probe "${path}": ${afterColon(error.message)}`, {
      code: "target-unusable",
    });
  }
}

function unknownFunction(path: string, name: string, table: FunctionTable): BpfmanError {
  const near = nearest(name, table.offsets.keys(), 3);
  return new BpfmanError(`Cannot probe "${path}": it has no function "${name}"`, {
    code: "function-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: near.length > 0
      ? `Did you mean ${near.map((word) => `"${word}"`).join(", ")}?`
      : "A stripped file has only its exported functions; give --offset instead",
  });
}

/** Place of the probe in the file: the function's, plus an offset that stays within it. */
function fileOffset(machine: Machine, path: string, target: UprobeTarget): number {
  const { functionName: name, offset = 0 } = target;
  if (name === undefined) return offset;
  const table = readBinary(machine, path);
  const start = table.offsets.get(name);
  if (start === undefined) throw unknownFunction(path, name, table);
  const size = table.sizes.get(name) ?? 0n;
  // hand-written assembly often gives no size: then there is nothing to hold the offset against
  if (size === 0n || BigInt(offset) < size) return Number(start) + offset;
  throw new BpfmanError(
    `Cannot probe "${path}" at ${name}+${offset}: the function has only ${size} byte(s)`,
    { code: "offset-outside", hint: "Give an offset at which an instruction begins" },
  );
}

function checkPlace({ functionName, offset = 0 }: UprobeTarget): void {
  if (functionName === undefined && offset === 0) {
    throw usageError("A uprobe needs a function or an offset", "Give --fn-name or --offset");
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw usageError(`The offset ${offset} is not a whole number from 0 on`);
  }
}

/** Uprobe and uretprobe links: the program's type says which. */
export const uprobeDriver: LinkDriver<UprobeTarget, UprobeDetails> = {
  types: ["uprobe", "uretprobe"],
  resolve({ machine, program }: AttachContext, target) {
    checkPlace(target);
    const { functionName, offset = 0, containerPid = 0 } = target;
    const pid = checkPid(machine, target.pid ?? 0);
    const path = findBinary(machine, { target: target.target, pid, containerPid });
    return {
      kind: program.type === "uretprobe" ? "uretprobe" : "uprobe",
      target: target.target,
      path,
      functionName: functionName ?? null,
      fileOffset: fileOffset(machine, path, target),
      offset,
      pid,
      containerPid,
    };
  },
  attach({ machine }, programFd, details) {
    const { kind, path, fileOffset } = details;
    const pid = details.pid === 0 ? -1 : details.pid;
    using event = machine.kernel.perf.open({ kind, path, offset: BigInt(fileOffset), pid });
    const place = { programFd, target: event.raw, attachType: BPF_PERF_EVENT };
    return { links: [machine.kernel.bpf.createLink(place)], details };
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
