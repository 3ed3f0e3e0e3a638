import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { gunzip, InflateError } from "./inflate.ts";

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state ^ state >>> 13) >>> 0;
  };
}

/** Bytes with more or less to find in them. */
function sample(seed: number): Uint8Array {
  const next = numbers(seed);
  const size = next() % (seed % 7 === 0 ? 200_000 : 4000);
  const words = 1 + next() % 256;
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const run = 1 + next() % 300;
    const isRun = next() % 3 === 0;
    const value = next() % words;
    for (let one = 0; one < run && at < size; one++) bytes[at++] = isRun ? value : next() % words;
  }
  return bytes;
}

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
];

Deno.test("gunzip() gives back what zlib packs, at every level and in every way", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const bytes = sample(seed);
    const strategy = STRATEGIES[seed % STRATEGIES.length] ?? 0;
    const packed = new Uint8Array(gzipSync(bytes, { level: seed % 10, strategy }));
    deepEqual(gunzip(packed, bytes.length), bytes, `seed ${seed}`);
  }
});

Deno.test("gunzip() agrees with zlib about what is damaged", () => {
  const next = numbers(7);
  let refused = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const packed = new Uint8Array(gzipSync(sample(seed % 40 + 1).subarray(0, 3000)));
    packed[10 + next() % (packed.length - 10)] = next() % 256;
    let wanted: Uint8Array | undefined;
    try {
      wanted = new Uint8Array(gunzipSync(packed));
    } catch {
      refused++;
    }
    if (wanted !== undefined) deepEqual(gunzip(packed, 1 << 20), wanted);
    else throws(() => gunzip(packed, 1 << 20), InflateError, `seed ${seed}`);
  }
  ok(refused > 1000, String(refused));
});

Deno.test("gunzip() refuses everything that is cut off", () => {
  const bytes = sample(3);
  const packed = new Uint8Array(gzipSync(bytes));
  for (let size = 1; size < packed.length; size++) {
    throws(() => gunzip(packed.subarray(0, size), bytes.length), InflateError, String(size));
  }
});

Deno.test("gunzip() stops exactly at the limit", () => {
  for (const level of [0, 1, 9]) {
    const packed = new Uint8Array(gzipSync(new Uint8Array(100_000), { level }));
    equal(gunzip(packed, 100_000).length, 100_000);
    throws(() => gunzip(packed, 99_999), { isTooLarge: true });
  }
  const two = new Uint8Array([...gzipSync("ab"), ...gzipSync("cd")]);
  throws(() => gunzip(two, 3), { isTooLarge: true });
});

Deno.test("gunzip() reads all parts, and zeros after them", () => {
  const parts = [...gzipSync("one "), ...gzipSync(""), ...gzipSync("two"), 0, 0, 0];
  equal(new TextDecoder().decode(gunzip(new Uint8Array(parts), 100)), "one two");
  throws(() => gunzip(new Uint8Array([...gzipSync("one"), 1, 2, 3]), 100), InflateError);
});

Deno.test("gunzip() skips what a header may hold", () => {
  const body = [...gzipSync("text")].slice(10);
  const head = (flags: number) => [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
  const name = [...new TextEncoder().encode("name"), 0];
  const all = [...head(2 | 4 | 8 | 16), 2, 0, 9, 9, ...name, ...name, 0, 0, ...body];
  equal(new TextDecoder().decode(gunzip(new Uint8Array(all), 10)), "text");
  const endless = [...head(8), 1, 1, 1];
  for (const bytes of [[...head(0x20), ...body], endless, head(4), [0x1f, 0x8b, 7, 0, ...body]]) {
    throws(() => gunzip(new Uint8Array(bytes), 10), InflateError);
  }
});
