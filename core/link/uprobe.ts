/**
 * Probes on functions of programs and libraries, by a perf event and a bpf_link on it
 * (Linux 5.15).
 *
 * @module
 */
// file by file: whatever else the tools can do would make every command slower
import { readFunctions } from "../../bytecode-tools/elf_symbols.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";
import type { UprobeDetails, UprobeTarget } from "../types.ts";
import type { AttachContext, LinkDriver } from "./driver.ts";
import { findLibrary, readLdCache } from "./library_path.ts";
import { BPF_PERF_EVENT } from "./tracepoint.ts";

function findBinary({ kernel }: Machine, target: string): string {
  const path = target.includes("/") ? target : findLibrary(target, readLdCache(kernel.files));
  if (path !== null && path.startsWith("/") && kernel.files.exists(path)) return path;
  throw new BpfmanError(`Cannot probe "${target}": no such program or library`, {
    code: "target-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: "Give an absolute path, or the name of a library that ldconfig knows, such as libc",
  });
}

function readBinary(machine: Machine, path: string): ReadonlyMap<string, bigint> {
  try {
    return readFunctions(machine.kernel.files.readBytes(path)).offsets;
  } catch (error) {
    if (!(error instanceof BytecodeError) && !isSyscallError(error)) throw error;
    throw new BpfmanError(`Cannot probe "${path}": ${error.message}`, { code: "target-unusable" });
  }
}

function functionOffset(machine: Machine, path: string, name: string): number {
  const functions = readBinary(machine, path);
  const offset = functions.get(name);
  if (offset !== undefined) return Number(offset);
  const near = nearest(name, functions.keys(), 3);
  throw new BpfmanError(`Cannot probe "${path}": it has no function "${name}"`, {
    code: "function-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: near.length > 0
      ? `Did you mean ${near.map((word) => `"${word}"`).join(", ")}?`
      : "A stripped file has only its exported functions; give --offset instead",
  });
}

function isReturn(type: string): boolean {
  return type === "uretprobe";
}

function checkPlace({ functionName, offset = 0, pid = 0 }: UprobeTarget): void {
  if (functionName === undefined && offset === 0) {
    throw usageError("A uprobe needs a function or an offset", "Give --fn-name or --offset");
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw usageError(`The offset ${offset} is not a whole number from 0 on`);
  }
  if (!Number.isSafeInteger(pid) || pid < 0) throw usageError(`The pid ${pid} is not a process id`);
}

/** Uprobe and uretprobe links: the program's type says which. */
export const uprobeDriver: LinkDriver<UprobeTarget, UprobeDetails> = {
  types: ["uprobe", "uretprobe"],
  needs: ["CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN"],
  resolve({ machine, program }: AttachContext, target) {
    checkPlace(target);
    const path = findBinary(machine, target.target);
    const { functionName, offset = 0 } = target;
    const base = functionName === undefined ? 0 : functionOffset(machine, path, functionName);
    const pid = target.pid ?? 0;
    if (pid !== 0 && !machine.kernel.files.exists(`/proc/${pid}`)) {
      throw new BpfmanError(`Process ${pid} does not exist`, {
        code: "process-not-found",
        kind: ErrorKind.NOT_FOUND,
      });
    }
    return {
      kind: isReturn(program.type) ? "uretprobe" : "uprobe",
      target: target.target,
      path,
      functionName: functionName ?? null,
      fileOffset: base + offset,
      offset,
      pid,
    };
  },
  attach({ machine }, programFd, details) {
    using event = machine.kernel.perf.open({
      kind: details.kind,
      path: details.path,
      offset: BigInt(details.fileOffset),
      pid: details.pid === 0 ? -1 : details.pid,
    });
    return machine.kernel.bpf.createLink({
      programFd,
      target: event.raw,
      attachType: BPF_PERF_EVENT,
    });
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
