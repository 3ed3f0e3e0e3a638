/**
 * prctl(2) on this thread: what an exec may gain, and what it hands down.
 *
 * @module
 */
import { check, syscall } from "../libc.ts";
import { NativeMemory, readMemory } from "../memory.ts";

/** Numbers of operations (uapi/linux/prctl.h). */
const Prctl = {
  CAPBSET_READ: 23n,
  CAPBSET_DROP: 24n,
  GET_SECUREBITS: 27n,
  SET_SECUREBITS: 28n,
  SET_NO_NEW_PRIVS: 38n,
  CAP_AMBIENT: 47n,
} as const;

const AMBIENT_RAISE = 2n;
const AMBIENT_CLEAR_ALL = 4n;
/** Capabilities are numbered from 0 to at most 63. */
const CAPABILITY_ROOM = 64;

/** Bits that change how user 0 gets capabilities (uapi/linux/securebits.h). */
export const SecureBit = {
  /** User 0 is a user like others when something is executed. */
  NOROOT: 1,
  /** Changes of user ids leave the capability sets alone. */
  NO_SETUID_FIXUP: 4,
  NO_SETUID_FIXUP_LOCKED: 8,
  /** Ambient capabilities can no longer be raised. */
  NO_CAP_AMBIENT_RAISE: 64,
  NO_CAP_AMBIENT_RAISE_LOCKED: 128,
} as const;

/** From here on no exec gains anything: no set-user-id, no capabilities of files. */
export function setNoNewPrivileges(): void {
  check("prctl(PR_SET_NO_NEW_PRIVS)", syscall("prctl", Prctl.SET_NO_NEW_PRIVS, 1n));
}

/** The secure bits of this thread. */
export function readSecureBits(): number {
  return check("prctl(PR_GET_SECUREBITS)", syscall("prctl", Prctl.GET_SECUREBITS));
}

/** Sets the secure bits of this thread (needs CAP_SETPCAP). */
export function writeSecureBits(bits: number): void {
  check("prctl(PR_SET_SECUREBITS)", syscall("prctl", Prctl.SET_SECUREBITS, BigInt(bits)));
}

/** Takes everything but `kept` out of the bounding set (needs CAP_SETPCAP). */
export function limitBounding(kept: bigint): void {
  for (let number = 0; number < CAPABILITY_ROOM; number++) {
    const isHeld = syscall("prctl", Prctl.CAPBSET_READ, BigInt(number));
    // the kernel knows no capability of this number, nor of any above
    if (isHeld < 0) return;
    if (isHeld === 0 || (kept >> BigInt(number)) & 1n) continue;
    const result = syscall("prctl", Prctl.CAPBSET_DROP, BigInt(number));
    check("prctl(PR_CAPBSET_DROP)", result, String(number));
  }
}

/** Empties the ambient set. */
export function clearAmbient(): void {
  check("prctl(PR_CAP_AMBIENT)", syscall("prctl", Prctl.CAP_AMBIENT, AMBIENT_CLEAR_ALL));
}

/** Hands capabilities down to whatever is executed; they must be permitted and inheritable. */
export function raiseAmbient(mask: bigint): void {
  for (let number = 0; number < CAPABILITY_ROOM; number++) {
    if (((mask >> BigInt(number)) & 1n) === 0n) continue;
    const result = syscall("prctl", Prctl.CAP_AMBIENT, AMBIENT_RAISE, BigInt(number));
    check("prctl(PR_CAP_AMBIENT)", result, String(number));
  }
}

/** Bits that new files do not get, in whatever is started from here as well. */
export function setFileMask(mask: number): void {
  syscall("umask", BigInt(mask));
}

/** Longest path that the kernel takes. */
const MAX_PATH = 4096;
const SLASH = 0x2f;

/**
 * Goes to the root directory where the current one has no path in this mount namespace: libc would
 * look for its path by reading every directory above, which no jail allows.
 */
export function leavePathlessDirectory(): void {
  using memory = new NativeMemory();
  const buffer = memory.allocate(MAX_PATH);
  const hasPath = syscall("getcwd", buffer, BigInt(MAX_PATH)) > 0 &&
    readMemory(buffer, 1)[0] === SLASH;
  if (!hasPath) check("chdir", syscall("chdir", memory.string("/")), "/");
}
