/**
 * Ways to start the next program with less than this one has.
 *
 * @module
 */
import { SyscallError } from "../errno.ts";
import { check, syscall } from "../libc.ts";
import { NativeMemory, readMemory } from "../memory.ts";
import { type CapabilityName, maskOf, readSets, writeSets } from "./capabilities.ts";
import { interpreterOf } from "./interpreter.ts";
import { confineToPaths, confineWrites } from "./landlock.ts";
import { placeDescriptors, placeProgram, type ProgramSpec, spawn } from "./process.ts";
import { jailRules } from "./rules.ts";
import { installFilter } from "./seccomp.ts";
import {
  clearAmbient,
  limitBounding,
  raiseAmbient,
  readSecureBits,
  SecureBit,
  setNoNewPrivileges,
  writeSecureBits,
} from "./thread.ts";

/** What a jailed process may still do. */
export interface JailSpec {
  /** Exactly these stay permitted, as far as they are now. */
  readonly capabilities: readonly CapabilityName[];
  /** Files and directories; those that do not exist are left out. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /**
   * Directories whose names, and those below, may be listed: libbpf before 1.4 opens the root
   * directory to take a map that is there already. @default none
   */
  readonly listable?: readonly string[];
  /** Netlink sockets. No other socket is ever allowed. */
  readonly mayNetlink: boolean;
  /** setns(2). */
  readonly mayEnterNamespaces: boolean;
  readonly mayOpenPerfEvents: boolean;
  /** Modes and groups of files, to open maps for a group. @default false */
  readonly mayChangeAccess?: boolean;
  /**
   * Memory, root directory and namespaces of other processes, with CAP_SYS_PTRACE. Landlock keeps its
   * processes away from all of these, so there is none then. @default false
   */
  readonly mayLookIntoProcesses?: boolean;
}

/** The user id, and the group id, of the moment of the exec. Any but 0 and our own would do. */
const NOBODY = 65534n;
const KEEP = BigInt.asUintN(64, -1n);
const DEV_NULL = "/dev/null";

function execute(program: ProgramSpec, fds: ReadonlyMap<number, number>): never {
  using memory = new NativeMemory();
  const { path, argv, envp } = placeProgram(program, memory);
  placeDescriptors(fds);
  throw new SyscallError("execve", -syscall("execve", path, argv, envp), program.path);
}

/** True when this thread has all of these in its effective set. */
function holds(...names: readonly CapabilityName[]): boolean {
  const wanted = maskOf(names);
  return (readSets().effective & wanted) === wanted;
}

function userIds(): { readonly real: number; readonly effective: number } {
  using memory = new NativeMemory();
  const ids = memory.allocate(24);
  check("getresuid", syscall("getresuid", ids, ids + 8n, ids + 16n));
  const view = new DataView(readMemory(ids, 24).buffer);
  return { real: view.getUint32(0, true), effective: view.getUint32(8, true) };
}

/** True where the capabilities can come through an exec without being in effect behind it. */
function canHideCapabilities(): boolean {
  const { real, effective } = userIds();
  return real === 0 && effective === 0 && holds("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP");
}

/**
 * Makes the coming exec keep the permitted set and empty the effective one. An exec with real user 0
 * and another effective user permits what the bounding set has, and puts nothing into effect; then,
 * as no_new_privs is set and an id differs, the kernel takes the effective ids back to the real
 * ones (security/commoncap.c). Since Linux 6.16 only a group id outside of the thread's groups
 * still counts as such a difference.
 */
function becomeHalfRoot(): void {
  check("setgroups", syscall("setgroups", 0n, 0n));
  syscall("setfsgid", NOBODY);
  check("setresuid", syscall("setresuid", KEEP, NOBODY, KEEP));
  // the program itself is still opened as root
  syscall("setfsuid", 0n);
}

function dropCapabilities(capabilities: readonly CapabilityName[]): void {
  const permitted = maskOf(capabilities) & readSets().permitted;
  clearAmbient();
  if (holds("CAP_SETPCAP")) limitBounding(permitted);
  if (canHideCapabilities()) {
    writeSecureBits(
      SecureBit.NO_SETUID_FIXUP | SecureBit.NO_SETUID_FIXUP_LOCKED |
        SecureBit.NO_CAP_AMBIENT_RAISE | SecureBit.NO_CAP_AMBIENT_RAISE_LOCKED,
    );
    becomeHalfRoot();
    return writeSets({ effective: 0n, permitted, inheritable: 0n });
  }
  // the next program starts with all of it in effect, and drops it as its first act
  writeSets({ effective: permitted, permitted, inheritable: permitted });
  raiseAmbient(permitted);
}

/**
 * Jails this thread and replaces the process: same process id, same standard streams, the same user.
 * A call that fails leaves the thread half jailed: end the process.
 *
 * @param spec What the next program may do.
 * @param program The next program.
 * @param fds Descriptor in the next program → our descriptor.
 * @throws {SyscallError} When a step fails. Never returns.
 */
export function execJailed(
  spec: JailSpec,
  program: ProgramSpec,
  fds: ReadonlyMap<number, number>,
): never {
  setNoNewPrivileges();
  const { path } = program;
  if (spec.mayLookIntoProcesses !== true) {
    confineToPaths({
      execute: [path, ...interpreterOf(path)],
      list: spec.listable ?? [],
      read: spec.readable,
      write: [DEV_NULL, ...spec.writable],
    });
  }
  dropCapabilities(spec.capabilities);
  installFilter(jailRules({ ...spec, pid: syscall("getpid") }), "thread");
  return execute(program, fds);
}

/**
 * Replaces the process by a program without any capability that can gain none: for a program whose
 * file has capabilities.
 *
 * @throws {SyscallError} When a step fails. Never returns.
 */
export function execWithoutPrivileges(
  program: ProgramSpec,
  fds: ReadonlyMap<number, number>,
): never {
  setNoNewPrivileges();
  clearAmbient();
  if (holds("CAP_SETPCAP")) {
    limitBounding(0n);
    writeSecureBits(SecureBit.NOROOT);
  }
  writeSets({ effective: 0n, permitted: 0n, inheritable: 0n });
  return execute(program, fds);
}

/**
 * Narrows what this thread, and whatever it starts from here on, can do to what a process needs that
 * has the network and no privilege: it changes files in few places, and gains nothing by an exec. A
 * jail may be built inside of it: its writable paths must be among these.
 *
 * @param writable Files and directories; those that do not exist are left out.
 */
export function confineFront(writable: readonly string[]): void {
  setNoNewPrivileges();
  confineWrites([DEV_NULL, ...writable]);
}

/** A program whose file has no capabilities. */
const SHELL = "/bin/sh";

/**
 * The same program by way of one that has no capabilities: with no_new_privs a program keeps those of
 * its file that its parent had as well, and the shell has none of which it could keep any.
 */
function byWayOfShell({ path, args, env }: ProgramSpec): ProgramSpec {
  return { path: SHELL, args: ["-c", 'exec "$0" "$@"', path, ...args], env };
}

/**
 * Starts a program without any capability, also where its file has some and `setNoNewPrivileges()` was
 * called before. A user who is not root has it started by a shell for that.
 *
 * @param program The program.
 * @param fds Descriptor in the program → our descriptor; standard streams are inherited.
 * @returns Its process id.
 */
export function spawnWithoutPrivileges(
  program: ProgramSpec,
  fds: ReadonlyMap<number, number>,
): number {
  using steps = new DisposableStack();
  const sets = readSets();
  if (sets.inheritable !== 0n) {
    steps.defer(() => writeSets(sets));
    writeSets({ ...sets, inheritable: 0n });
  }
  clearAmbient();
  if (holds("CAP_SETPCAP")) {
    const bits = readSecureBits();
    steps.defer(() => writeSecureBits(bits));
    writeSecureBits(bits | SecureBit.NOROOT);
  }
  const isUser = sets.permitted !== 0n && userIds().effective !== 0;
  return spawn(isUser ? byWayOfShell(program) : program, fds);
}
