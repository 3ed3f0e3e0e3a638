/**
 * Files below /proc, /sys and bpffs through system calls. Deno's own calls refuse them as soon
 * as any permission is narrowed.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { KernelFiles } from "./kernel.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory, readMemory } from "./memory.ts";

const AT_FDCWD = BigInt.asUintN(64, -100n);
const O_CLOEXEC = 0o2000000;
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
const AT_REMOVEDIR = 0x200n;
const SAME_OWNER = 0xffff_ffffn;
const ENOENT = 2;
const ENOTDIR = 20;
const EFBIG = 27;
const BPF_FS_MAGIC = 0xcafe4a11;
/** Most files of the kernel fit; the buffer is a part of the memory that is kept anyway. */
const FIRST_CHUNK = 4 * 1024;
/** Below the size from which malloc maps memory anew for each call. */
const CHUNK = 64 * 1024;
/** Programs that are probed are read whole to find their functions. */
const MAX_FILE = 512 * 1024 * 1024;

/** Longest path that the kernel takes. */
const MAX_PATH = 4096;

const decoder = new TextDecoder();

/**
 * Opens a file for reading, closed on exec.
 *
 * @param path Path of the file.
 * @param flags Further `O_*` flags.
 * @throws {SyscallError} When it cannot be opened.
 */
export function openFile(path: string, flags = 0): Fd {
  using memory = new NativeMemory();
  const result = syscall("openat", AT_FDCWD, memory.string(path), BigInt(O_CLOEXEC | flags), 0n);
  return new Fd("openat", result, path);
}

function join(parts: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Reads a whole file.
 *
 * @param path Path of the file.
 * @throws {SyscallError} When it cannot be opened or read.
 */
export function readBytes(path: string): Uint8Array {
  using file = openFile(path);
  using memory = new NativeMemory();
  const read = (buffer: bigint, size: number): Uint8Array => {
    const n = check("read", syscall("read", BigInt(file.raw), buffer, BigInt(size)), path);
    return readMemory(buffer, n);
  };
  const small = memory.reserve(FIRST_CHUNK);
  const parts: Uint8Array[] = [];
  let total = 0;
  let large = 0n;
  for (;;) {
    const isLarge = total >= FIRST_CHUNK;
    if (isLarge && large === 0n) large = memory.reserve(CHUNK);
    const part = isLarge ? read(large, CHUNK) : read(small, FIRST_CHUNK);
    if (part.length === 0) break;
    parts.push(part);
    total += part.length;
    if (total > MAX_FILE) throw new SyscallError("read", EFBIG, path);
  }
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return join(parts, total);
}

/** Reads a whole file as text. */
export function readText(path: string): string {
  return decoder.decode(readBytes(path));
}

/**
 * Reads a small file that the kernel makes at the first read: half the calls of {@link readText}.
 *
 * @param path Path of a file of at most 4 KiB.
 * @throws {SyscallError} When it cannot be opened or read.
 */
export function readOnce(path: string): string {
  using file = openFile(path);
  using memory = new NativeMemory();
  const buffer = memory.reserve(FIRST_CHUNK);
  const n = syscall("read", BigInt(file.raw), buffer, BigInt(FIRST_CHUNK));
  return decoder.decode(readMemory(buffer, check("read", n, path)));
}

/** Names in the records of getdents64(2): u64 inode, u64 offset, u16 length, u8 type, name. */
function directoryNames(records: Uint8Array): string[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const names: string[] = [];
  for (let at = 0; at < records.length;) {
    const length = view.getUint16(at + 16, true);
    const end = records.indexOf(0, at + 19);
    names.push(decoder.decode(records.subarray(at + 19, end)));
    at += length;
  }
  return names.filter((name) => name !== "." && name !== "..");
}

/** Names in a directory, sorted; empty when it does not exist, or not any more. */
export function listDirectory(path: string): string[] {
  let directory: Fd;
  try {
    directory = openFile(path, O_DIRECTORY);
  } catch (error) {
    if (error instanceof SyscallError && [ENOENT, ENOTDIR].includes(error.errno)) return [];
    throw error;
  }
  using owned = directory;
  using memory = new NativeMemory();
  const buffer = memory.reserve(CHUNK);
  const names: string[] = [];
  for (;;) {
    const result = syscall("getdents64", BigInt(owned.raw), buffer, BigInt(CHUNK));
    // removed since it was opened: empty, or it could not have been
    if (result === -ENOENT) return [];
    const n = check("getdents64", result, path);
    if (n === 0) return names.sort();
    names.push(...directoryNames(readMemory(buffer, n)));
  }
}

/** Inode number behind an open descriptor: st_ino, at offset 8 of struct stat. */
export function inodeOf(fd: number): number {
  using memory = new NativeMemory();
  const stat = memory.allocate(256);
  check("fstat", syscall("fstat", BigInt(fd), stat));
  return Number(new DataView(readMemory(stat, 16).buffer).getBigUint64(8, true));
}

function exists(path: string): boolean {
  using memory = new NativeMemory();
  return syscall("faccessat", AT_FDCWD, memory.string(path), 0n) === 0;
}

function inode(path: string): number {
  using file = openFile(path);
  return inodeOf(file.raw);
}

function readLink(path: string): string | null {
  using memory = new NativeMemory();
  const buffer = memory.reserve(MAX_PATH);
  const size = BigInt(MAX_PATH);
  const n = syscall("readlinkat", AT_FDCWD, memory.string(path), buffer, size);
  return n < 0 ? null : decoder.decode(readMemory(buffer, n));
}

function makeDirectory(path: string): void {
  using memory = new NativeMemory();
  check("mkdirat", syscall("mkdirat", AT_FDCWD, memory.string(path), 0o750n), path);
}

function unlink(path: string, flags: bigint): boolean {
  using memory = new NativeMemory();
  const result = syscall("unlinkat", AT_FDCWD, memory.string(path), flags);
  if (result === -ENOENT) return false;
  check("unlinkat", result, path);
  return true;
}

function setAccess(path: string, { gid, mode }: { gid: number | null; mode: number }): void {
  using memory = new NativeMemory();
  const name = memory.string(path);
  if (gid !== null) {
    check("fchownat", syscall("fchownat", AT_FDCWD, name, SAME_OWNER, BigInt(gid), 0n), path);
  }
  check("fchmodat", syscall("fchmodat", AT_FDCWD, name, BigInt(mode)), path);
}

/** True when the path is on a BPF file system (statfs f_type). */
export function isBpffs(path: string): boolean {
  using memory = new NativeMemory();
  const statfs = memory.allocate(256);
  if (syscall("statfs", memory.string(path), statfs) < 0) return false;
  return new DataView(readMemory(statfs, 8).buffer).getUint32(0, true) === BPF_FS_MAGIC;
}

/**
 * Mounts a file system that has no device.
 *
 * @param type The kernel's name of it.
 * @param path Directory that it covers.
 * @param options Options of this type, with commas between them. @default none
 * @throws {SyscallError} When the mount is refused.
 */
export function mountKernelFs(type: "bpf" | "tracefs", path: string, options = ""): void {
  using memory = new NativeMemory();
  const name = memory.string(type);
  const data = memory.string(options);
  // MS_NOSUID | MS_NODEV | MS_NOEXEC
  check("mount", syscall("mount", name, memory.string(path), name, 2n | 4n | 8n, data), path);
}

/** Everybody may make files in a bpffs that is mounted without a mode of its own. */
const BPFFS_MODE = "mode=0755";

/** The files as the seam wants them. */
export const kernelFiles: KernelFiles = {
  readBytes,
  readText,
  list: listDirectory,
  exists,
  inode,
  readLink,
  openDirectory: (path) => openFile(path, O_DIRECTORY),
  makeDirectory,
  remove: (path) => unlink(path, 0n),
  removeDirectory: (path) => unlink(path, AT_REMOVEDIR),
  setAccess,
  isBpffs,
  mountBpffs: (path) => mountKernelFs("bpf", path, BPFFS_MODE),
};
