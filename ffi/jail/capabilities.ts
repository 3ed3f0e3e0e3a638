/**
 * The capability sets of this thread (capabilities(7)): read, narrowed, raised.
 *
 * @module
 */
import { check, syscall } from "../libc.ts";
import { NativeMemory, readMemory, Struct } from "../memory.ts";

/** Numbers of the capabilities (uapi/linux/capability.h), as of Linux 5.9. */
const NUMBERS = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_BROADCAST: 11,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_IPC_LOCK: 14,
  CAP_IPC_OWNER: 15,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_PACCT: 20,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_SYS_TTY_CONFIG: 26,
  CAP_MKNOD: 27,
  CAP_LEASE: 28,
  CAP_AUDIT_WRITE: 29,
  CAP_AUDIT_CONTROL: 30,
  CAP_SETFCAP: 31,
  CAP_MAC_OVERRIDE: 32,
  CAP_MAC_ADMIN: 33,
  CAP_SYSLOG: 34,
  CAP_WAKE_ALARM: 35,
  CAP_BLOCK_SUSPEND: 36,
  CAP_AUDIT_READ: 37,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
  CAP_CHECKPOINT_RESTORE: 40,
} as const;

/** Name of a capability. */
export type CapabilityName = keyof typeof NUMBERS;

/** Three of the sets of a thread, as masks of bits. */
export interface CapabilitySets {
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
}

/** _LINUX_CAPABILITY_VERSION_3. */
const VERSION = 0x20080522;
const WORD = 0xffff_ffffn;

/** The bits of capabilities. */
export function maskOf(names: Iterable<CapabilityName>): bigint {
  let mask = 0n;
  for (const name of names) mask |= 1n << BigInt(NUMBERS[name]);
  return mask;
}

/** The capabilities of a mask; bits without a name are left out. */
export function namesOf(mask: bigint): Set<CapabilityName> {
  const all = Object.keys(NUMBERS) as CapabilityName[];
  return new Set(all.filter((name) => (mask >> BigInt(NUMBERS[name])) & 1n));
}

/** True for a word that names a capability. */
export function isCapabilityName(word: string): word is CapabilityName {
  return Object.hasOwn(NUMBERS, word);
}

/** The sets of this thread. */
export function readSets(): CapabilitySets {
  using memory = new NativeMemory();
  const data = memory.allocate(24);
  check("capget", syscall("capget", new Struct(8).u32(0, VERSION).in(memory), data));
  const view = new DataView(readMemory(data, 24).buffer);
  // two records of effective, permitted, inheritable: the low halves, then the high ones
  const at = (field: number): bigint =>
    BigInt(view.getUint32(field * 4, true)) | BigInt(view.getUint32(12 + field * 4, true)) << 32n;
  return { effective: at(0), permitted: at(1), inheritable: at(2) };
}

/** Sets the sets of this thread; permitted can only shrink. */
export function writeSets({ effective, permitted, inheritable }: CapabilitySets): void {
  using memory = new NativeMemory();
  const data = new Struct(24);
  [effective, permitted, inheritable].forEach((mask, field) => {
    data.u32(field * 4, Number(mask & WORD)).u32(12 + field * 4, Number(mask >> 32n));
  });
  const header = new Struct(8).u32(0, VERSION).in(memory);
  check("capset", syscall("capset", header, data.in(memory)));
}
