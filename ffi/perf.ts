/**
 * perf_event_open(2) for tracepoints, for probes of kernel and user space, and for the processor
 * clock.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { OwnedFd, PerfEvents } from "./kernel.ts";
import type { PerfEventSpec } from "./perf_types.ts";
import { kernelFiles, mountKernelFs, readText } from "./kernel_files.ts";
import { syscall } from "./libc.ts";
import { NativeMemory, Struct } from "./memory.ts";

/** Size of struct perf_event_attr since Linux 5.12 (PERF_ATTR_SIZE_VER7). */
const ATTR_SIZE = 128;
/** Field offsets of struct perf_event_attr in bytes. */
const ATTR = {
  type: 0,
  size: 4,
  config: 8,
  samplePeriod: 16,
  flags: 40,
  config1: 56,
  config2: 64,
} as const;
const PERF_TYPE_SOFTWARE = 1;
const PERF_TYPE_TRACEPOINT = 2;
/** Bit of `flags`: the sample period is a frequency. */
const FREQUENCY_MODE = 1n << 10n;
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

/** An event that is ready to be opened. */
interface Event {
  readonly attr: Struct;
  readonly pid: number;
  readonly cpu: number;
  /** What it is, for messages. */
  readonly object: string;
}

/** An event of every process must name a CPU; the link runs the program on all of them. */
function processorOf(pid: number): number {
  return pid === -1 ? 0 : -1;
}

function tracepoint(group: string, name: string): Event {
  const id = readText(`${tracefs()}/events/${group}/${name}/id`).trim();
  const attr = new Struct(ATTR_SIZE)
    .u32(ATTR.type, PERF_TYPE_TRACEPOINT).u64(ATTR.config, BigInt(id)).u64(ATTR.samplePeriod, 1n);
  return { attr, pid: -1, cpu: 0, object: `${group}/${name}` };
}

/** Number of a perf source, and the bit that its format file names (`config:0`). */
function probeSource(source: "kprobe" | "uprobe", isReturn: boolean) {
  const base = `/sys/bus/event_source/devices/${source}`;
  const type = Number(readText(`${base}/type`).trim());
  if (!isReturn) return { type, config: 0n };
  const bit = /^config:(\d+)/.exec(readText(`${base}/format/retprobe`).trim())?.[1];
  if (bit === undefined) throw new SyscallError("open", ENOENT, `${base}/format/retprobe`);
  return { type, config: 1n << BigInt(bit) };
}

type ProbeSpec = Extract<PerfEventSpec, { offset: bigint }>;

function probe(spec: ProbeSpec, memory: NativeMemory): Event {
  const isReturn = spec.kind === "uretprobe" || spec.kind === "kretprobe";
  const [source, name, pid] = "path" in spec
    ? ["uprobe", spec.path, spec.pid] as const
    : ["kprobe", spec.functionName, -1] as const;
  const { type, config } = probeSource(source, isReturn);
  const attr = new Struct(ATTR_SIZE).u32(ATTR.type, type).u64(ATTR.config, config)
    .u64(ATTR.config1, memory.string(name)).u64(ATTR.config2, spec.offset);
  const object = `${name}+0x${spec.offset.toString(16)}`;
  return { attr, pid, cpu: processorOf(pid), object };
}

function clock({ frequency, pid, cpu }: Extract<PerfEventSpec, { kind: "cpu-clock" }>): Event {
  // config 0 is PERF_COUNT_SW_CPU_CLOCK
  const attr = new Struct(ATTR_SIZE).u32(ATTR.type, PERF_TYPE_SOFTWARE)
    .u64(ATTR.samplePeriod, BigInt(frequency)).u64(ATTR.flags, FREQUENCY_MODE);
  return { attr, pid, cpu, object: `cpu-clock at ${frequency} Hz` };
}

function eventOf(spec: PerfEventSpec, memory: NativeMemory): Event {
  if (spec.kind === "tracepoint") return tracepoint(spec.group, spec.name);
  return spec.kind === "cpu-clock" ? clock(spec) : probe(spec, memory);
}

function open(spec: PerfEventSpec): OwnedFd {
  using memory = new NativeMemory();
  const { attr, pid, cpu, object } = eventOf(spec, memory);
  const address = attr.u32(ATTR.size, ATTR_SIZE).in(memory);
  const [who, where] = [pid, cpu].map((id) => BigInt.asUintN(64, BigInt(id)));
  const result = syscall(
    "perf_event_open",
    address,
    who ?? MINUS_ONE,
    where ?? MINUS_ONE,
    MINUS_ONE,
    PERF_FLAG_FD_CLOEXEC,
  );
  return new Fd("perf_event_open", result, object);
}

/** Perf events as the seam wants them. */
export const perfEvents: PerfEvents = { open, tracefs };
