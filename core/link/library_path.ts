/**
 * Where the dynamic loader would find a library: the cache that ldconfig writes
 * (glibc-ld.so.cache1.1), and what a process has mapped.
 *
 * @module
 */
import type { KernelFiles } from "../../ffi/mod.ts";

const CACHE_MAGIC = "glibc-ld.so.cache1.1";
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;
/** Flags of an ELF library for glibc, of 64 bits and this architecture (glibc, ldconfig.h). */
const NATIVE_FLAGS = { x86_64: 0x0303, aarch64: 0x0a03 } as const;
/** The lower bits of the flags: kind of the file, and its architecture. */
const FLAGS_MASK = 0xffff;

/** One entry of the cache. */
export interface CachedLibrary {
  readonly soname: string;
  readonly path: string;
  /** False for libraries of another architecture or ABI, such as x32. */
  readonly isNative: boolean;
}

/**
 * Reads a loader cache.
 *
 * @param bytes Content of ld.so.cache.
 * @param arch Architecture whose libraries are native. @default this machine's
 * @returns Its entries in the loader's order, empty when the format is unknown.
 */
export function parseLdCache(
  bytes: Uint8Array,
  arch: keyof typeof NATIVE_FLAGS = Deno.build.arch,
): CachedLibrary[] {
  const decoder = new TextDecoder();
  // an old-format table may stand before the new one
  const start = decoder.decode(bytes.subarray(0, CACHE_MAGIC.length)) === CACHE_MAGIC
    ? 0
    : new TextDecoder("latin1").decode(bytes).indexOf(CACHE_MAGIC);
  if (start < 0 || bytes.length < start + HEADER_SIZE) return [];
  const table = bytes.subarray(start);
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const count = view.getUint32(CACHE_MAGIC.length, true);
  const text = (at: number) => decoder.decode(table.subarray(at, table.indexOf(0, at)));
  const found: CachedLibrary[] = [];
  for (let i = 0; i < count; i++) {
    const at = HEADER_SIZE + i * ENTRY_SIZE;
    if (at + ENTRY_SIZE > table.length) break;
    found.push({
      soname: text(view.getUint32(at + 4, true)),
      path: text(view.getUint32(at + 8, true)),
      isNative: (view.getUint32(at, true) & FLAGS_MASK) === NATIVE_FLAGS[arch],
    });
  }
  return found;
}

/** True when a file name is what a name such as `libc` or `libc.so.6` means. */
function isMeant(fileName: string, name: string): boolean {
  return fileName === name || fileName.startsWith(`${name}.so`) || fileName.startsWith(`${name}-`);
}

/**
 * Finds a library by a name such as `libc` or `libc.so.6`. Libraries of this architecture come
 * first: a cache may well list those of another ABI ahead of them.
 *
 * @param name Name without a slash.
 * @param libraries The loader's cache.
 * @returns Its absolute path, null when there is none.
 */
export function findLibrary(name: string, libraries: readonly CachedLibrary[]): string | null {
  const matches = libraries.filter(({ soname }) => isMeant(soname, name));
  const best = matches.find(({ soname, isNative }) => isNative && soname === name) ??
    matches.find(({ isNative }) => isNative) ?? matches.find(({ soname }) => soname === name) ??
    matches[0];
  return best?.path ?? null;
}

/**
 * Finds a library among the files that a process has mapped.
 *
 * @param maps Content of /proc/PID/maps.
 * @param name Name without a slash.
 * @returns Its absolute path in the process's mount namespace, null when it has none mapped.
 */
export function findMapped(maps: string, name: string): string | null {
  for (const [, path = ""] of maps.matchAll(/^\S+ \S+ \S+ \S+ \d+\s+(\/.*)$/gm)) {
    if (!path.endsWith(" (deleted)") && isMeant(path.slice(path.lastIndexOf("/") + 1), name)) {
      return path;
    }
  }
  return null;
}

/** Reads the loader cache of a root folder, ours when that is empty. */
export function readLdCache(files: KernelFiles, root = ""): CachedLibrary[] {
  const path = `${root}/etc/ld.so.cache`;
  return files.exists(path) ? parseLdCache(files.readBytes(path)) : [];
}
