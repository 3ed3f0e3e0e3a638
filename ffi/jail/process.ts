/**
 * Processes: their arguments and descriptors in native memory, pipes, spawn and wait.
 *
 * @module
 */
import { SyscallError } from "../errno.ts";
import { Fd } from "../fd.ts";
import type { OwnedFd } from "../kernel.ts";
import { check, syscall } from "../libc.ts";
import { openLibrary } from "../library.ts";
import { NativeMemory, readMemory, Struct } from "../memory.ts";

/** A program to be started. */
export interface ProgramSpec {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Arguments, without the name of the program in front. */
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a process ended. */
export type ProcessEnd = { readonly code: number } | { readonly signal: number };

const O_CLOEXEC = 0o2000000n;
const F_DUPFD_CLOEXEC = 1030n;
const CLOSE_RANGE_CLOEXEC = 4n;
const FIRST_OTHER_FD = 3n;
const LAST_FD = 0xffff_ffffn;
const WNOHANG = 1n;
const SIGKILL = 9n;
const EINTR = 4;
const ENOSYS = 38;

const SPAWN_SYMBOLS = {
  // int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *,
  //                 const posix_spawnattr_t *, char *const argv[], char *const envp[])
  posix_spawn: {
    parameters: ["usize", "usize", "usize", "usize", "usize", "usize"],
    result: "i32",
  },
  // int posix_spawn_file_actions_init(posix_spawn_file_actions_t *)
  posix_spawn_file_actions_init: { parameters: ["usize"], result: "i32" },
  // int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *, int fd, int newfd)
  posix_spawn_file_actions_adddup2: { parameters: ["usize", "i32", "i32"], result: "i32" },
  // int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *)
  posix_spawn_file_actions_destroy: { parameters: ["usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** More than sizeof(posix_spawn_file_actions_t), which is 80 in glibc. */
const FILE_ACTIONS_SIZE = 256;

/** Addresses of what execve(2) takes. */
export interface ProgramBlock {
  readonly path: bigint;
  readonly argv: bigint;
  readonly envp: bigint;
}

function strings(memory: NativeMemory, texts: readonly string[]): bigint {
  const vector = new Struct((texts.length + 1) * 8);
  texts.forEach((text, index) => vector.u64(index * 8, memory.string(text)));
  return vector.in(memory);
}

function refuseNul(program: ProgramSpec): void {
  const texts = [program.path, ...program.args, ...Object.entries(program.env).flat()];
  const bad = texts.find((text) => text.includes("\0"));
  if (bad === undefined) return;
  throw new TypeError(`Cannot start "${program.path}": an argument holds a NUL character`);
}

/** Lays a program's path, arguments and environment out for execve(2). */
export function placeProgram(program: ProgramSpec, memory: NativeMemory): ProgramBlock {
  refuseNul(program);
  const env = Object.entries(program.env).map(([name, value]) => `${name}=${value}`);
  return {
    path: memory.string(program.path),
    argv: strings(memory, [program.path, ...program.args]),
    envp: strings(memory, env),
  };
}

/** Copies of descriptors, out of the way of every number that one of them shall get. */
function copiesAbove(fds: ReadonlyMap<number, number>, steps: DisposableStack): [number, Fd][] {
  const floor = BigInt(Math.max(2, ...fds.keys()) + 1);
  return [...fds].map(([child, ours]) => {
    const copy = syscall("fcntl", BigInt(ours), F_DUPFD_CLOEXEC, floor);
    return [child, steps.use(new Fd("fcntl(F_DUPFD_CLOEXEC)", copy, String(ours)))];
  });
}

/** Lets no program inherit what whoever started this process left open. */
function closeAllOnExec(): void {
  const result = syscall("close_range", FIRST_OTHER_FD, LAST_FD, CLOSE_RANGE_CLOEXEC);
  // before Linux 5.11; whatever Deno and we open is closed on exec anyway
  if (result !== -ENOSYS) check("close_range", result);
}

/**
 * Gives descriptors the numbers that they will have in the next program of this process. All others
 * but standard input, output and error are closed by the exec.
 *
 * @param fds Number in the next program → our number.
 */
export function placeDescriptors(fds: ReadonlyMap<number, number>): void {
  using steps = new DisposableStack();
  const copies = copiesAbove(fds, steps);
  closeAllOnExec();
  for (const [child, copy] of copies) {
    check("dup3", syscall("dup3", BigInt(copy.raw), BigInt(child), 0n), String(child));
  }
}

/** A pipe; both ends are closed on exec. */
export function openPipe(): { readonly readEnd: OwnedFd; readonly writeEnd: OwnedFd } {
  using memory = new NativeMemory();
  const pair = memory.allocate(8);
  check("pipe2", syscall("pipe2", pair, O_CLOEXEC));
  const view = new DataView(readMemory(pair, 8).buffer);
  return {
    readEnd: new Fd("pipe2", view.getInt32(0, true)),
    writeEnd: new Fd("pipe2", view.getInt32(4, true)),
  };
}

/**
 * Starts a program with the identity that this thread has.
 *
 * @param program The program.
 * @param fds Number in the program → our number; of all others only standard streams are inherited.
 * @returns Its process id.
 * @throws {SyscallError} When it cannot be started.
 */
export function spawn(program: ProgramSpec, fds: ReadonlyMap<number, number>): number {
  const lib = openLibrary("libc", SPAWN_SYMBOLS);
  using steps = new DisposableStack();
  const memory = steps.use(new NativeMemory());
  const block = placeProgram(program, memory);
  const actions = memory.allocate(FILE_ACTIONS_SIZE);
  lib.posix_spawn_file_actions_init(actions);
  steps.defer(() => lib.posix_spawn_file_actions_destroy(actions));
  for (const [child, copy] of copiesAbove(fds, steps)) {
    lib.posix_spawn_file_actions_adddup2(actions, copy.raw, child);
  }
  closeAllOnExec();
  const pid = memory.allocate(8);
  const errno = lib.posix_spawn(pid, block.path, actions, 0n, block.argv, block.envp);
  if (errno !== 0) throw new SyscallError("posix_spawn", errno, program.path);
  return new DataView(readMemory(pid, 4).buffer).getInt32(0, true);
}

/** Ends a child at once, and waits until it has ended. */
export function endProcess(pid: number): void {
  syscall("kill", BigInt(pid), SIGKILL);
  waitFor(pid);
}

/** How a child ended, null while it runs. */
export function pollEnd(pid: number): ProcessEnd | null {
  return wait(pid, WNOHANG);
}

/** Waits for a child that `spawn` has started. Everything else of this process waits as well. */
export function waitFor(pid: number): ProcessEnd {
  const end = wait(pid, 0n);
  if (end === null) throw new TypeError(`Cannot tell how process ${pid} ended`);
  return end;
}

function wait(pid: number, options: bigint): ProcessEnd | null {
  using memory = new NativeMemory();
  const status = memory.allocate(8);
  let result = -EINTR;
  while (result === -EINTR) result = syscall("wait4", BigInt(pid), status, options, 0n);
  if (check("wait4", result, String(pid)) === 0) return null;
  const word = new DataView(readMemory(status, 4).buffer).getUint32(0, true);
  const signal = word & 0x7f;
  return signal === 0 ? { code: (word >> 8) & 0xff } : { signal };
}
