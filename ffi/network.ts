/**
 * Network namespaces and interfaces, by system calls on this thread.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
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
const ENODEV = 19;
/** Longest interface name with its NUL (IFNAMSIZ). */
const NAME_SIZE = 16;
const HOME = "/proc/thread-self/ns/net";

/** Runs something with what setns(2) needs. */
type Privileged = <T>(enter: () => T) => T;

function enter(namespace: Fd, path: string): void {
  check("setns", syscall("setns", BigInt(namespace.raw), CLONE_NEWNET), path);
}

/**
 * Runs `work` with this thread inside a network namespace.
 *
 * @param netns Path of the namespace, null for where we are.
 * @param work Synchronous work.
 * @param privileged Runs the steps that need privileges, which `work` may not need.
 */
export function within<T>(
  netns: string | null,
  work: () => T,
  privileged: Privileged = (step) => step(),
): T {
  if (netns === null) return work();
  using home = openFile(HOME);
  using inside = privileged(() => openFile(netns));
  privileged(() => enter(inside, netns));
  try {
    return work();
  } finally {
    privileged(() => enter(home, HOME));
  }
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
