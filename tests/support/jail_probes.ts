/**
 * Things that a jail must refuse, each as one system call by its number. A process that is not jailed
 * gets another answer to each of them, and nothing comes of it either.
 *
 * @module
 */
import { lastErrno, libc, syscall } from "../../ffi/libc.ts";
import { NativeMemory, Struct } from "../../ffi/memory.ts";

/** Numbers on x86_64 and aarch64, apart from the tables of the product. */
const NUMBERS = {
  ...{ openat: [257, 56], socket: [41, 198], socketpair: [53, 199], connect: [42, 203] },
  ...{ bind: [49, 200], listen: [50, 201], ptrace: [101, 117], process_vm_readv: [310, 270] },
  ...{ init_module: [175, 105], finit_module: [313, 273], delete_module: [176, 106] },
  ...{ mount: [165, 40], umount2: [166, 39], fsopen: [430, 430], open_tree: [428, 428] },
  ...{ execve: [59, 221], execveat: [322, 281], setns: [308, 268], unshare: [272, 97] },
  ...{ clone: [56, 220], clone3: [435, 435], io_uring_setup: [425, 425] },
  ...{ userfaultfd: [323, 282], keyctl: [250, 219], perf_event_open: [298, 241] },
  ...{ fchmodat: [268, 53], fchownat: [260, 54], utimensat: [280, 88], setxattr: [188, 5] },
  ...{ kill: [62, 129], prlimit64: [302, 261], ioctl: [16, 29], shmget: [29, 194] },
  ...{
    truncate: [76, 45],
    openat2: [437, 437],
    open_by_handle_at: [304, 265],
    fanotify_init: [300, 262],
  },
} as const satisfies Record<string, readonly [number, number]>;

/** Name of a system call that a probe makes. */
type CallName = keyof typeof NUMBERS;
/** An argument of a call: a number, a C string, or zeroed memory of some bytes. */
type Argument = number | bigint | string | { readonly zeros: number };

/** One thing to try. */
interface Probe {
  readonly call: CallName;
  readonly args: readonly Argument[];
}

const AT_FDCWD = -100;
const NO_FD = -1;
const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK] = [1, 2, 10, 16, 17, 40];
const [SOCK_STREAM, SOCK_DGRAM] = [1, 2];
const PTRACE_ATTACH = 16;
const O_TRUNC = 0o1000;
const NO_SUCH_PID = 0x3fff_ffff;
const NO_SUCH_FILE = "/no-such-file-of-a-test";
const [CLONE_FS, CLONE_NEWUSER] = [0x200, 0x1000_0000];
const TIOCSTI = 0x5412;

function probe(call: CallName, ...args: readonly Argument[]): Probe {
  return { call, args };
}

/** Every probe by its name. */
export const PROBES = {
  "read /etc/shadow": probe("openat", AT_FDCWD, "/etc/shadow", 0, 0),
  "socket AF_INET": probe("socket", AF_INET, SOCK_STREAM, 0),
  "socket AF_INET6": probe("socket", AF_INET6, SOCK_STREAM, 0),
  "socket AF_UNIX": probe("socket", AF_UNIX, SOCK_STREAM, 0),
  "socket AF_PACKET": probe("socket", AF_PACKET, SOCK_DGRAM, 0),
  "socket AF_VSOCK": probe("socket", AF_VSOCK, SOCK_STREAM, 0),
  "socket AF_NETLINK": probe("socket", AF_NETLINK, 3, 0),
  "socketpair of datagrams": probe("socketpair", AF_UNIX, SOCK_DGRAM, 0, { zeros: 8 }),
  connect: probe("connect", NO_FD, { zeros: 16 }, 16),
  listen: probe("listen", NO_FD, 1),
  "ptrace attach": probe("ptrace", PTRACE_ATTACH, NO_SUCH_PID),
  "read the memory of others": probe("process_vm_readv", NO_SUCH_PID, { zeros: 16 }, 1, {
    zeros: 16,
  }, 1),
  init_module: probe("init_module", 0, 0, 0),
  finit_module: probe("finit_module", NO_FD, "", 0),
  delete_module: probe("delete_module", NO_SUCH_FILE, 0),
  mount: probe("mount", "none", NO_SUCH_FILE, "tmpfs", 0, 0),
  umount2: probe("umount2", NO_SUCH_FILE, 0),
  fsopen: probe("fsopen", NO_SUCH_FILE, 0),
  open_tree: probe("open_tree", AT_FDCWD, NO_SUCH_FILE, 0),
  setns: probe("setns", NO_FD, 0),
  "unshare a user namespace": probe("unshare", CLONE_NEWUSER),
  "clone a user namespace": probe("clone", CLONE_NEWUSER | CLONE_FS),
  clone3: probe("clone3", 0, 0),
  io_uring_setup: probe("io_uring_setup", 0, 0),
  userfaultfd: probe("userfaultfd", 0xffff),
  keyctl: probe("keyctl", 0xffff),
  perf_event_open: probe("perf_event_open", 0, 0, 0, 0, 0),
  chmod: probe("fchmodat", AT_FDCWD, NO_SUCH_FILE, 0o777),
  chown: probe("fchownat", AT_FDCWD, NO_SUCH_FILE, 0, 0, 0),
  utimensat: probe("utimensat", AT_FDCWD, NO_SUCH_FILE, 0, 0),
  truncate: probe("truncate", NO_SUCH_FILE, 0),
  "cut while reading": probe("openat", AT_FDCWD, NO_SUCH_FILE, O_TRUNC),
  openat2: probe("openat2", AT_FDCWD, NO_SUCH_FILE, { zeros: 24 }, 24),
  setxattr: probe("setxattr", NO_SUCH_FILE, "user.x", "", 0, 0),
  "signal process 1": probe("kill", 1, 0),
  "limits of process 1": probe("prlimit64", 1, 7, 0, { zeros: 16 }),
  "keystrokes for the terminal": probe("ioctl", NO_FD, TIOCSTI, ""),
  shmget: probe("shmget", 0x5eed, 0, 0),
  open_by_handle_at: probe("open_by_handle_at", NO_FD, 0, 0),
  fanotify_init: probe("fanotify_init", -1, 0),
  execve: probe("execve", NO_SUCH_FILE, 0, 0),
  "execve /bin/true": probe("execve", "/bin/true", 0, 0),
  execveat: probe("execveat", NO_FD, NO_SUCH_FILE, 0, 0, 0),
} as const satisfies Record<string, Probe>;

/** Name of a probe. */
export type ProbeName = keyof typeof PROBES;

function place(argument: Argument, memory: NativeMemory): bigint {
  if (typeof argument === "string") return memory.string(argument);
  if (typeof argument === "object") return new Struct(argument.zeros).in(memory);
  return BigInt.asUintN(64, BigInt(argument));
}

/** Makes a system call by its number; gives 0, or the error number. */
export function rawCall(number: number, ...args: readonly bigint[]): number {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n] = args;
  // a call by name makes sure that the error number can be found
  syscall("getpid");
  return libc().syscall(BigInt(number), a, b, c, d, e, f) < 0n ? lastErrno() : 0;
}

/** Tries one thing; gives 0, or the error number. */
function tryProbe(name: ProbeName): number {
  const { call, args } = PROBES[name];
  using memory = new NativeMemory();
  const number = NUMBERS[call][Deno.build.arch === "x86_64" ? 0 : 1];
  return rawCall(number, ...args.map((argument) => place(argument, memory)));
}

/** Tries several things; gives the error numbers by name. */
export function tryProbes(names: readonly ProbeName[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, tryProbe(name)]));
}
