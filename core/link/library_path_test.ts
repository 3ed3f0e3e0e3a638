import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { findLibrary, findMapped, parseLdCache, readLdCache } from "./library_path.ts";

const MAGIC = "glibc-ld.so.cache1.1";
const HEADER = 48;
const ENTRY = 24;
const NATIVE = Deno.build.arch === "aarch64" ? 0x0a03 : 0x0303;
const X32 = 0x0803;

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
    view.setUint32(entry, NATIVE, true);
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
const PARSED = LIBRARIES.map(([soname, path]) => ({ soname, path, isNative: true }));

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

Deno.test("findLibrary() prefers libraries of this architecture to what comes first", () => {
  const x32 = { soname: "libc.so.6", path: "/libx32/libc.so.6", isNative: false };
  const native = { soname: "libc.so.6", path: "/lib/libc.so.6", isNative: true };
  strictEqual(findLibrary("libc", [x32, native]), "/lib/libc.so.6");
  strictEqual(findLibrary("libc.so.6", [x32, native]), "/lib/libc.so.6");
  strictEqual(findLibrary("libc", [x32]), "/libx32/libc.so.6");
});

Deno.test("parseLdCache() tells libraries of another ABI by their flags", () => {
  const cache = cacheOf(LIBRARIES);
  new DataView(cache.buffer).setInt32(HEADER + ENTRY, X32, true);
  deepStrictEqual(
    parseLdCache(cache).map(({ isNative }) => isNative),
    [true, false, true],
  );
});

const MAPS = `55d0-55d1 r-xp 00000000 08:01 1001                       /usr/bin/app
7f10-7f11 r-xp 00000000 08:01 1002                       /opt/lib/libc.so.6 (deleted)
7f12-7f13 r-xp 00000000 08:01 1003                       /usr/lib/libc.so.6
7f14-7f15 rw-p 00000000 00:00 0                          [stack]
`;

Deno.test("findMapped() finds what a process has mapped", () => {
  strictEqual(findMapped(MAPS, "libc"), "/usr/lib/libc.so.6");
  strictEqual(findMapped(MAPS, "app"), "/usr/bin/app");
  strictEqual(findMapped(MAPS, "libssl"), null);
  strictEqual(findMapped(MAPS, "stack"), null);
});

Deno.test("readLdCache() takes a machine without a cache", () => {
  deepStrictEqual(readLdCache(fakeKernel({ files: { exists: () => false } }).files), []);
});

Deno.test("readLdCache() reads the machine's cache", () => {
  const files = { exists: () => true, readBytes: () => cacheOf(LIBRARIES) };
  deepStrictEqual(readLdCache(fakeKernel({ files }).files), PARSED);
});
