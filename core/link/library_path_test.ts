import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { findLibrary, parseLdCache, readLdCache } from "./library_path.ts";

const MAGIC = "glibc-ld.so.cache1.1";
const HEADER = 48;
const ENTRY = 24;

/** A loader's cache as ldconfig writes it. */
function cacheOf(libraries: readonly (readonly [string, string])[]): Uint8Array {
  const texts = libraries.flat().map((text) => new TextEncoder().encode(`${text}\0`));
  const table = HEADER + libraries.length * ENTRY;
  const bytes = new Uint8Array(table + texts.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, libraries.length, true);
  let at = table;
  for (const [index, text] of texts.entries()) {
    const entry = HEADER + Math.floor(index / 2) * ENTRY;
    view.setUint32(entry + (index % 2 === 0 ? 4 : 8), at, true);
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}

const LIBRARIES = [
  ["libc.so.6", "/lib/libc.so.6"],
  ["libcrypt.so.1", "/lib/libcrypt.so.1"],
  ["libssl.so.3", "/usr/lib/libssl.so.3"],
] as const;
const PARSED = LIBRARIES.map(([soname, path]) => ({ soname, path }));

Deno.test("parseLdCache() reads names and paths", () => {
  deepStrictEqual(parseLdCache(cacheOf(LIBRARIES)), PARSED);
});

Deno.test("parseLdCache() finds the table behind one of the old format", () => {
  const cache = cacheOf(LIBRARIES);
  const old = new TextEncoder().encode("ld.so-1.7.0\0\0\0\0\0");
  const both = new Uint8Array(old.length + cache.length);
  both.set(old);
  both.set(cache, old.length);
  deepStrictEqual(parseLdCache(both), PARSED);
});

Deno.test("parseLdCache() gives nothing for what it does not know", () => {
  deepStrictEqual(parseLdCache(new Uint8Array()), []);
  deepStrictEqual(parseLdCache(new Uint8Array(1000)), []);
  deepStrictEqual(parseLdCache(cacheOf(LIBRARIES).subarray(0, 30)), []);
});

Deno.test("parseLdCache() stops at the end of a cut table", () => {
  const cut = cacheOf(LIBRARIES).slice(0, HEADER + ENTRY + 3);
  strictEqual(parseLdCache(cut).length, 1);
});

Deno.test("findLibrary() finds by soname and by short name", () => {
  strictEqual(findLibrary("libc.so.6", PARSED), "/lib/libc.so.6");
  strictEqual(findLibrary("libc", PARSED), "/lib/libc.so.6");
  strictEqual(findLibrary("libssl", PARSED), "/usr/lib/libssl.so.3");
  strictEqual(findLibrary("libcry", PARSED), null);
  strictEqual(findLibrary("c", PARSED), null);
});

Deno.test("readLdCache() takes a machine without a cache", () => {
  deepStrictEqual(readLdCache(fakeKernel({ files: { exists: () => false } }).files), []);
});

Deno.test("readLdCache() reads the machine's cache", () => {
  const files = { exists: () => true, readBytes: () => cacheOf(LIBRARIES) };
  deepStrictEqual(readLdCache(fakeKernel({ files }).files), PARSED);
});
