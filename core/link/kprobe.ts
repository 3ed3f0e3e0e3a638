/**
 * Probes on functions of the kernel, by a perf event and a bpf_link on it (Linux 5.15).
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { KprobeDetails, KprobeTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";
import { kernelFunctionSize, suggestFunctions } from "./kernel_symbols.ts";
import { BPF_PERF_EVENT } from "./tracepoint.ts";

function checkOffset(machine: Machine, { functionName, offset = 0 }: KprobeTarget): number {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw usageError(`The offset ${offset} is not a whole number from 0 on`);
  }
  // the kernel would take the offset for a place in whatever function comes next
  const size = offset === 0 ? null : kernelFunctionSize(machine, functionName);
  if (size === null || BigInt(offset) < size) return offset;
  throw new BpfmanError(
    `Cannot probe "${functionName}" at offset ${offset}: the function has only ${size} byte(s)`,
    { code: "offset-outside", hint: "Give an offset at which an instruction begins" },
  );
}

function unknown(machine: Machine, name: string): BpfmanError {
  const near = suggestFunctions(machine, name);
  const question = near.length === 0 ? "" : `; did you mean: ${near.join(", ")}?`;
  return new BpfmanError(`Kernel function "${name}" not found${question}`, {
    code: "function-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: "See available_filter_functions in tracefs for those of this kernel",
  });
}

function explained(machine: Machine, details: KprobeDetails, error: unknown): unknown {
  const { functionName, offset, kind } = details;
  if (isSyscallError(error, "ENOENT")) {
    return machine.kernel.files.exists("/sys/bus/event_source/devices/kprobe")
      ? unknown(machine, functionName)
      : new BpfmanError("Cannot probe the kernel: it is built without kprobes", {
        code: "kernel-lacks-kprobes",
        kind: ErrorKind.KERNEL,
      });
  }
  const refusals: Readonly<Record<string, string>> = {
    EADDRNOTAVAIL: "the kernel has several functions of that name",
    EILSEQ: `no instruction begins at offset ${offset}`,
    EINVAL: kind === "kretprobe" && offset !== 0
      ? "a return probe takes no offset"
      : "the kernel forbids probes there, or the offset is outside the function",
  };
  const why = isSyscallError(error) ? refusals[error.code] : undefined;
  if (why === undefined) return error;
  return new BpfmanError(`Cannot probe "${functionName}": ${why}`, {
    code: "probe-refused",
    kind: ErrorKind.KERNEL,
  });
}

/** kprobe and kretprobe links: the program's type says which. */
export const kprobeDriver: LinkDriver<KprobeTarget, KprobeDetails> = {
  types: ["kprobe", "kretprobe"],
  resolve({ machine, program }, target) {
    const kind = program.type === "kretprobe" ? "kretprobe" : "kprobe";
    return { kind, functionName: target.functionName, offset: checkOffset(machine, target) };
  },
  attach({ machine }, programFd, details) {
    const { kind, functionName, offset } = details;
    const { perf, bpf } = machine.kernel;
    try {
      using event = perf.open({ kind, functionName, offset: BigInt(offset) });
      const place = { programFd, target: event.raw, attachType: BPF_PERF_EVENT };
      return { links: [bpf.createLink(place)], details };
    } catch (error) {
      throw explained(machine, details, error);
    }
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
