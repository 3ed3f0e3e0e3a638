/**
 * Facts about this machine: release, capabilities, clocks, library versions.
 *
 * @module
 */
import { LibraryError } from "./errno.ts";
import type { Host } from "./kernel.ts";
import { readText } from "./kernel_files.ts";
import { syscall } from "./libc.ts";
import { libbpfVersion } from "./libbpf.ts";
import { libxdpPrograms, libxdpVersion } from "./libxdp.ts";
import { NativeMemory, readMemory } from "./memory.ts";

const CLOCK_REALTIME = 0n;
const CLOCK_BOOTTIME = 7n;

/** Bits of the capability sets that BPF work may need (uapi/linux/capability.h). */
const CAPABILITIES = {
  CAP_DAC_OVERRIDE: 1n,
  CAP_NET_ADMIN: 12n,
  CAP_SYS_ADMIN: 21n,
  CAP_SYS_RESOURCE: 24n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;

function status(field: string): string {
  const text = readText("/proc/thread-self/status");
  return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
}

function capabilities(): ReadonlySet<string> {
  const effective = BigInt(`0x${status("CapEff") || "0"}`);
  return new Set(
    Object.entries(CAPABILITIES)
      .filter(([, bit]) => (effective >> bit) & 1n)
      .map(([name]) => name),
  );
}

function clock(id: bigint): bigint {
  using memory = new NativeMemory();
  const timespec = memory.allocate(16);
  syscall("clock_gettime", id, timespec);
  const view = new DataView(readMemory(timespec, 16).buffer);
  return view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
}

/** Two readings of two clocks lie microseconds apart: what is shown must not change with them. */
const STEP_NS = 10_000_000n;
/** One of so many pairs of readings is not interrupted, however busy the machine is. */
const READINGS = 8;

/** Wall clock of the boot in nanoseconds; the same in every process, unless somebody sets the clock. */
function measureBoot(): bigint {
  let [best, shortest] = [0n, -1n];
  for (let reading = 0; reading < READINGS; reading++) {
    const before = clock(CLOCK_BOOTTIME);
    const wall = clock(CLOCK_REALTIME);
    const took = clock(CLOCK_BOOTTIME) - before;
    if (shortest >= 0n && took >= shortest) continue;
    [best, shortest] = [wall - before - took / 2n, took];
  }
  return (best + STEP_NS / 2n) / STEP_NS * STEP_NS;
}

/** Asked for once: a process lives for a moment. */
let bootedAt: bigint | undefined;

function bootTimeToDate(nanoseconds: bigint): Date {
  bootedAt ??= measureBoot();
  return new Date(Number((bootedAt + nanoseconds) / 1_000_000n));
}

function libraries(): { libbpf: string; libxdp: string | null } {
  let libxdp: string | null = null;
  try {
    libxdp = libxdpVersion();
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
  }
  return { libbpf: libbpfVersion(), libxdp };
}

/** The host as the seam wants it. */
export const host: Host = {
  get release() {
    return readText("/proc/sys/kernel/osrelease").trim();
  },
  get uid() {
    return Number(status("Uid").split(/\s+/)[1] ?? "-1");
  },
  capabilities,
  bootTimeToDate,
  libraries,
  libxdpPrograms,
};
