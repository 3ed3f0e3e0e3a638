/**
 * perf_event_open(2) for tracepoints and user-space probes.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { OwnedFd, PerfEvents, PerfEventSpec } from "./kernel.ts";
import { kernelFiles, mountKernelFs, readText } from "./kernel_files.ts";
import { syscall } from "./libc.ts";
import { NativeMemory, Struct } from "./memory.ts";

/** Size of struct perf_event_attr since Linux 5.12 (PERF_ATTR_SIZE_VER7). */
const ATTR_SIZE = 128;
/** Field offsets of struct perf_event_attr in bytes. */
const ATTR = { type: 0, size: 4, config: 8, samplePeriod: 16, config1: 56, config2: 64 } as const;
const PERF_TYPE_TRACEPOINT = 2;
const PERF_FLAG_FD_CLOEXEC = 8n;
const MINUS_ONE = BigInt.asUintN(64, -1n);
const ENOENT = 2;

const TRACEFS_PLACES = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] as const;

/** Where tracefs is; mounts it at its usual place on a machine where nobody did. */
export function tracefs(): string {
  const found = TRACEFS_PLACES.find((path) => kernelFiles.exists(`${path}/events`));
  if (found !== undefined) return found;
  mountKernelFs("tracefs", TRACEFS_PLACES[0]);
  return TRACEFS_PLACES[0];
}

function tracepointAttr(group: string, name: string): Struct {
  const id = readText(`${tracefs()}/events/${group}/${name}/id`).trim();
  return new Struct(ATTR_SIZE)
    .u32(ATTR.type, PERF_TYPE_TRACEPOINT).u64(ATTR.config, BigInt(id)).u64(ATTR.samplePeriod, 1n);
}

/** Number of a perf source, and the bit that its format file names (`config:0`). */
function probeSource(isReturn: boolean): { type: number; config: bigint } {
  const base = "/sys/bus/event_source/devices/uprobe";
  const type = Number(readText(`${base}/type`).trim());
  if (!isReturn) return { type, config: 0n };
  const bit = /^config:(\d+)/.exec(readText(`${base}/format/retprobe`).trim())?.[1];
  if (bit === undefined) throw new SyscallError("open", ENOENT, `${base}/format/retprobe`);
  return { type, config: 1n << BigInt(bit) };
}

function eventFd(attr: Struct, pid: number, object: string, memory: NativeMemory): OwnedFd {
  const address = attr.u32(ATTR.size, ATTR_SIZE).in(memory);
  // a process-wide event must name a CPU; the link runs the program on all of them
  const [who, cpu] = pid === -1 ? [MINUS_ONE, 0n] : [BigInt(pid), MINUS_ONE];
  const result = syscall("perf_event_open", address, who, cpu, MINUS_ONE, PERF_FLAG_FD_CLOEXEC);
  return new Fd("perf_event_open", result, object);
}

function open(spec: PerfEventSpec): OwnedFd {
  using memory = new NativeMemory();
  if (spec.kind === "tracepoint") {
    const object = `${spec.group}/${spec.name}`;
    return eventFd(tracepointAttr(spec.group, spec.name), -1, object, memory);
  }
  const { type, config } = probeSource(spec.kind === "uretprobe");
  const attr = new Struct(ATTR_SIZE).u32(ATTR.type, type).u64(ATTR.config, config)
    .u64(ATTR.config1, memory.string(spec.path)).u64(ATTR.config2, spec.offset);
  return eventFd(attr, spec.pid, `${spec.path}+0x${spec.offset.toString(16)}`, memory);
}

/** Perf events as the seam wants them. */
export const perfEvents: PerfEvents = { open, tracefs };
