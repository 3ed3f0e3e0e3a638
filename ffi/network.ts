/**
 * Network namespaces and interfaces, by system calls on this thread.
 *
 * @module
 */
import { StrandedError, SyscallError } from "./errno.ts";
import type { Fd } from "./fd.ts";
import type { Network } from "./kernel.ts";
import { inodeOf, openFile, readText } from "./kernel_files.ts";
import { check, syscall } from "./libc.ts";
import { join, netlink, textAttribute } from "./netlink.ts";

const CLONE_NEWNET = 0x40000000n;
const RTM_GETLINK = 18;
const IFLA_IFNAME = 3;
/** Size of struct ifinfomsg, and the place of the index in it. */
const LINK_MESSAGE = { size: 16, index: 4 } as const;
const EINTR = 4;
const ENODEV = 19;
/** Longest interface name with its NUL (IFNAMSIZ). */
const NAME_SIZE = 16;
const HOME = "/proc/thread-self/ns/net";

/** Runs something with what setns(2) needs. */
type Privileged = <T>(enter: () => T) => T;

/** A call that was interrupted is made again, but not for ever. */
const MOST_TRIES = 1000;

/** Where this thread belongs, and where it is since the way back failed; null while it is at home. */
let stranded: { readonly home: Fd; readonly netns: string } | null = null;

function enter(namespace: Fd, path: string): void {
  let result = -EINTR;
  for (let tries = 0; tries < MOST_TRIES && result === -EINTR; tries++) {
    result = syscall("setns", BigInt(namespace.raw), CLONE_NEWNET);
  }
  check("setns", result, path);
}

/** Goes back. Where that fails, every later call begins by trying once more. */
function comeHome(home: Fd, netns: string, privileged: Privileged): void {
  try {
    privileged(() => enter(home, HOME));
  } catch (cause) {
    stranded = { home, netns };
    throw new StrandedError(netns, cause);
  }
  stranded = null;
  home[Symbol.dispose]();
}

/** Goes into a namespace; gives the one that this thread belongs in. */
function goInside(netns: string, privileged: Privileged): Fd {
  using steps = new DisposableStack();
  const home = steps.use(openFile(HOME));
  using inside = privileged(() => openFile(netns));
  privileged(() => enter(inside, netns));
  steps.move();
  return home;
}

function isDisposable(value: unknown): value is Disposable {
  return typeof value === "object" && value !== null && Symbol.dispose in value;
}

function workInside<T>(netns: string, work: () => T, privileged: Privileged): T {
  const home = goInside(netns, privileged);
  // what nobody will be given is let go of
  using lost = new DisposableStack();
  let made: T;
  try {
    made = work();
    if (isDisposable(made)) lost.use(made);
  } finally {
    comeHome(home, netns, privileged);
  }
  lost.move();
  return made;
}

/**
 * Runs `work` with this thread inside a network namespace.
 *
 * @param netns Path of the namespace, null for where we are.
 * @param work Synchronous work.
 * @param privileged Runs the steps that need privileges, which `work` may not need.
 * @throws {StrandedError} When the way back fails, now or before: then the thread is elsewhere, and
 * whoever catches this must not go on with changes. What `work` has changed stays changed.
 */
export function within<T>(
  netns: string | null,
  work: () => T,
  privileged: Privileged = (step) => step(),
): T {
  if (stranded !== null) comeHome(stranded.home, stranded.netns, privileged);
  return netns === null ? work() : workInside(netns, work, privileged);
}

function indexOf(name: string): number {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length === 0 || bytes.length >= NAME_SIZE) return 0;
  try {
    const request = { name: "RTM_GETLINK", type: RTM_GETLINK };
    const body = join(new Uint8Array(LINK_MESSAGE.size), textAttribute(IFLA_IFNAME, name));
    const [answer] = netlink({ ...request, body });
    if (answer === undefined) return 0;
    return new DataView(answer.buffer, answer.byteOffset).getInt32(LINK_MESSAGE.index, true);
  } catch (error) {
    if (error instanceof SyscallError && error.errno === ENODEV) return 0;
    throw error;
  }
}

function names(): string[] {
  // /sys/class/net shows the namespace in which /sys was mounted, this file the thread's
  return readText("/proc/thread-self/net/dev").split("\n").slice(2)
    .map((line) => line.slice(0, line.indexOf(":")).trim())
    .filter((name) => name !== "").sort();
}

function namespaceId(netns: string | null): number {
  using file = openFile(netns ?? HOME);
  return inodeOf(file.raw);
}

/** The network as the seam wants it. */
export const network: Network = {
  within: (netns, work) => within(netns, work),
  indexOf,
  names,
  namespaceId,
};
