/**
 * The few functions of libc that everything else is built from. Pointers are `usize` bigints:
 * `Deno.Unsafe*` would need an unscoped `--allow-ffi`.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { openLibrary } from "./library.ts";

const SYMBOLS = {
  // long syscall(long number, ...): an assembly stub in glibc, so plain integers are right
  syscall: {
    parameters: ["i64", "usize", "usize", "usize", "usize", "usize", "usize"],
    result: "i64",
  },
  // int *__errno_location(void)
  __errno_location: { parameters: [], result: "usize" },
  // void *memcpy(void *to, const void *from, size_t n), native to ours and back
  peek: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "void" },
  poke: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "void" },
  // size_t strnlen(const char *s, size_t max)
  strnlen: { parameters: ["usize", "usize"], result: "usize" },
  // void *malloc(size_t n)
  malloc: { parameters: ["usize"], result: "usize" },
  // void free(void *p)
  free: { parameters: ["usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let opened: Libc | undefined;

/** libc, opened on first use. */
export function libc(): Libc {
  return opened ??= openLibrary("libc", SYMBOLS);
}

/** System call numbers by architecture (asm/unistd.h). */
const SYSCALLS = {
  read: { x86_64: 0n, aarch64: 63n },
  write: { x86_64: 1n, aarch64: 64n },
  close: { x86_64: 3n, aarch64: 57n },
  fstat: { x86_64: 5n, aarch64: 80n },
  lseek: { x86_64: 8n, aarch64: 62n },
  ioctl: { x86_64: 16n, aarch64: 29n },
  pread64: { x86_64: 17n, aarch64: 67n },
  dup: { x86_64: 32n, aarch64: 23n },
  getpid: { x86_64: 39n, aarch64: 172n },
  socket: { x86_64: 41n, aarch64: 198n },
  sendto: { x86_64: 44n, aarch64: 206n },
  recvfrom: { x86_64: 45n, aarch64: 207n },
  execve: { x86_64: 59n, aarch64: 221n },
  wait4: { x86_64: 61n, aarch64: 260n },
  kill: { x86_64: 62n, aarch64: 129n },
  fcntl: { x86_64: 72n, aarch64: 25n },
  getcwd: { x86_64: 79n, aarch64: 17n },
  chdir: { x86_64: 80n, aarch64: 49n },
  umask: { x86_64: 95n, aarch64: 166n },
  setgroups: { x86_64: 116n, aarch64: 159n },
  setresuid: { x86_64: 117n, aarch64: 147n },
  getresuid: { x86_64: 118n, aarch64: 148n },
  setfsuid: { x86_64: 122n, aarch64: 151n },
  setfsgid: { x86_64: 123n, aarch64: 152n },
  capget: { x86_64: 125n, aarch64: 90n },
  capset: { x86_64: 126n, aarch64: 91n },
  statfs: { x86_64: 137n, aarch64: 43n },
  prctl: { x86_64: 157n, aarch64: 167n },
  mount: { x86_64: 165n, aarch64: 40n },
  getdents64: { x86_64: 217n, aarch64: 61n },
  clock_gettime: { x86_64: 228n, aarch64: 113n },
  openat: { x86_64: 257n, aarch64: 56n },
  mkdirat: { x86_64: 258n, aarch64: 34n },
  fchownat: { x86_64: 260n, aarch64: 54n },
  unlinkat: { x86_64: 263n, aarch64: 35n },
  readlinkat: { x86_64: 267n, aarch64: 78n },
  fchmodat: { x86_64: 268n, aarch64: 53n },
  faccessat: { x86_64: 269n, aarch64: 48n },
  dup3: { x86_64: 292n, aarch64: 24n },
  pipe2: { x86_64: 293n, aarch64: 59n },
  perf_event_open: { x86_64: 298n, aarch64: 241n },
  setns: { x86_64: 308n, aarch64: 268n },
  seccomp: { x86_64: 317n, aarch64: 277n },
  memfd_create: { x86_64: 319n, aarch64: 279n },
  bpf: { x86_64: 321n, aarch64: 280n },
  close_range: { x86_64: 436n, aarch64: 436n },
  landlock_create_ruleset: { x86_64: 444n, aarch64: 444n },
  landlock_add_rule: { x86_64: 445n, aarch64: 445n },
  landlock_restrict_self: { x86_64: 446n, aarch64: 446n },
} as const;

/** Name of a system call that is bound. */
export type SyscallName = keyof typeof SYSCALLS;

const errnoBytes = new Uint8Array(4);
const errnoView = new DataView(errnoBytes.buffer);
let errnoAddress = 0n;

/** Finds this thread's errno ahead of a call whose failure is read with {@link lastErrno}. */
function findErrno(): void {
  // errno belongs to a thread, and the thread is always this one: its address can be kept
  if (errnoAddress === 0n) errnoAddress = libc().__errno_location();
}

/**
 * Error number of the C call before this one. Nothing may run in between: a collection of
 * garbage could make system calls of its own.
 */
export function lastErrno(): number {
  libc().peek(errnoBytes, errnoAddress, 4n);
  return errnoView.getInt32(0, true);
}

/**
 * Makes a system call.
 *
 * @param name Name of the call.
 * @param args Up to six integers or addresses.
 * @returns The result, or the negative error number.
 */
export function syscall(name: SyscallName, ...args: readonly bigint[]): number {
  const c = libc();
  findErrno();
  const [a = 0n, b = 0n, d = 0n, e = 0n, f = 0n, g = 0n] = args;
  const result = c.syscall(SYSCALLS[name][Deno.build.arch], a, b, d, e, f, g);
  if (result !== -1n) return Number(result);
  return -lastErrno();
}

/**
 * Turns a negative result into an error.
 *
 * @param call Name of the call for the message.
 * @param result What the call returned.
 * @param object What it was about.
 * @returns The result when it is not negative.
 * @throws {SyscallError} When it is.
 */
export function check(call: string, result: number, object?: string): number {
  if (result < 0) throw new SyscallError(call, -result, object);
  return result;
}
