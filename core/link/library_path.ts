/**
 * From a library's name to its file, as the dynamic loader finds it.
 *
 * @module
 */
import type { KernelFiles } from "../../ffi/mod.ts";

const CACHE_MAGIC = "glibc-ld.so.cache1.1";
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;

/** A library of the loader's cache. */
export interface CachedLibrary {
  readonly soname: string;
  readonly path: string;
}

/**
 * Reads ld.so.cache (new format of glibc 2.2 and later: magic, count, then entries of flags,
 * name offset, path offset, all relative to the magic).
 *
 * @param bytes The whole file.
 * @returns Libraries in the cache's order; empty when the format is not known.
 */
export function parseLdCache(bytes: Uint8Array): CachedLibrary[] {
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
    const soname = text(view.getUint32(at + 4, true));
    found.push({ soname, path: text(view.getUint32(at + 8, true)) });
  }
  return found;
}

/**
 * The best library for a name: `libc` finds `libc.so.6`, a full soname finds itself.
 *
 * @param name Such as `libc`, `libssl.so.3`.
 * @param libraries The cache.
 * @returns Its path, null when there is none.
 */
export function findLibrary(name: string, libraries: readonly CachedLibrary[]): string | null {
  const exact = libraries.find(({ soname }) => soname === name);
  if (exact !== undefined) return exact.path;
  const matches = libraries.filter(({ soname }) =>
    soname.startsWith(`${name}.so`) || soname.startsWith(`${name}-`)
  );
  return matches[0]?.path ?? null;
}

/** Reads the loader's cache of this machine; empty when there is none. */
export function readLdCache(files: KernelFiles): CachedLibrary[] {
  const path = "/etc/ld.so.cache";
  return files.exists(path) ? parseLdCache(files.readBytes(path)) : [];
}
