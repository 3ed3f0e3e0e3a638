import { deepStrictEqual, notStrictEqual, strictEqual, throws } from "node:assert/strict";
import { libc } from "./libc.ts";
import { NativeMemory, readMemory, readString, Struct, textOf, writeMemory } from "./memory.ts";

// libraries are never closed: opened here, none counts as opened by a test
libc();

function bytesOf(struct: Struct): Uint8Array {
  using memory = new NativeMemory();
  return readMemory(struct.in(memory), struct.size);
}

Deno.test("Struct writes little-endian fields and leaves the rest zero", () => {
  const struct = new Struct(16).u32(0, 0x01020304).u16(4, 0xabcd).u64(8, 0x1122334455667788n);
  deepStrictEqual(
    [...bytesOf(struct)],
    [4, 3, 2, 1, 0xcd, 0xab, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
  );
});

Deno.test("Struct.options() begins with its own size", () => {
  deepStrictEqual([...bytesOf(Struct.options(24))], [24, ...new Array(23).fill(0)]);
});

Deno.test("Struct refuses to write outside of itself", () => {
  throws(() => new Struct(4).u64(0, 1n), RangeError);
  throws(() => new Struct(4).u32(2, 1), RangeError);
});

Deno.test("Struct.text() cuts what is too long, and touches no other field", () => {
  const struct = new Struct(12).u32(8, 7).text(0, "abcdefghij", 7);
  deepStrictEqual(
    [...bytesOf(struct)],
    [..."abcdefg"].map((c) => c.charCodeAt(0)).concat(0, 7, 0, 0, 0),
  );
});

Deno.test("NativeMemory.allocate() gives zeroed memory, also where others wrote before", () => {
  for (let round = 0; round < 3; round++) {
    using memory = new NativeMemory();
    const address = memory.allocate(64);
    deepStrictEqual([...readMemory(address, 64)], new Array(64).fill(0));
    writeMemory(address, new Uint8Array(64).fill(0xff));
  }
});

Deno.test("NativeMemory gives pieces that do not overlap, small and large", () => {
  using memory = new NativeMemory();
  const sizes = [1, 8, 9, 4000, 100_000, 16_000, 3, 16_384, 16_385];
  const pieces = sizes.map((size) => ({ size, address: memory.allocate(size) }));
  for (const [index, { size, address }] of pieces.entries()) {
    writeMemory(address, new Uint8Array(size).fill(index + 1));
  }
  for (const [index, { size, address }] of pieces.entries()) {
    strictEqual(address % 8n, 0n, "aligned");
    strictEqual(readMemory(address, size).every((byte) => byte === index + 1), true, `${size}`);
  }
});

Deno.test("two arenas do not share memory", () => {
  using a = new NativeMemory();
  using b = new NativeMemory();
  notStrictEqual(a.allocate(8), b.allocate(8));
});

Deno.test("strings go to C and back", () => {
  using memory = new NativeMemory();
  for (const text of ["", "a", "grün, 日本", "x".repeat(3000)]) {
    strictEqual(readString(memory.string(text)), text);
  }
});

Deno.test("readString() stops at its limit and takes NULL", () => {
  using memory = new NativeMemory();
  strictEqual(readString(memory.string("abcdef"), 3), "abc");
  strictEqual(readString(0n), "");
});

Deno.test("textOf() ends at the first NUL, or at the end", () => {
  const bytes = new TextEncoder().encode("abc\0def");
  strictEqual(textOf(bytes), "abc");
  strictEqual(textOf(bytes.subarray(4)), "def");
});
