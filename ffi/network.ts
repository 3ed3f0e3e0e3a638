/**
 * Network namespaces and interfaces, by system calls on this thread.
 *
 * @module
 */
import { Fd } from "./fd.ts";
import type { Network } from "./kernel.ts";
import { inodeOf, openFile, readText } from "./kernel_files.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory, readMemory, writeMemory } from "./memory.ts";

const CLONE_NEWNET = 0x40000000n;
const AF_INET = 2n;
const SOCK_DGRAM_CLOEXEC = 2n | 0o2000000n;
const SIOCGIFINDEX = 0x8933n;
const ENODEV = 19;
/** Longest interface name with its NUL (IFNAMSIZ). */
const NAME_SIZE = 16;
const HOME = "/proc/thread-self/ns/net";

function within<T>(netns: string | null, work: () => T): T {
  if (netns === null) return work();
  using home = openFile(HOME);
  using inside = openFile(netns);
  check("setns", syscall("setns", BigInt(inside.raw), CLONE_NEWNET), netns);
  try {
    return work();
  } finally {
    check("setns", syscall("setns", BigInt(home.raw), CLONE_NEWNET), HOME);
  }
}

function indexOf(name: string): number {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length === 0 || bytes.length >= NAME_SIZE) return 0;
  using socket = new Fd("socket", syscall("socket", AF_INET, SOCK_DGRAM_CLOEXEC, 0n));
  using memory = new NativeMemory();
  // struct ifreq: char name[16], then the index
  const request = memory.allocate(40);
  writeMemory(request, bytes);
  const result = syscall("ioctl", BigInt(socket.raw), SIOCGIFINDEX, request);
  if (result === -ENODEV) return 0;
  check("ioctl(SIOCGIFINDEX)", result, name);
  return new DataView(readMemory(request + 16n, 4).buffer).getInt32(0, true);
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
export const network: Network = { within, indexOf, names, namespaceId };
