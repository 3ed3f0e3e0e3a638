import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { gzip, isGzip, isZstd, unpack } from "./gzip.ts";

const SAMPLE = new TextEncoder().encode("bytecode ".repeat(5000));

Deno.test("gzip() gives the same bytes each time, with nothing of the machine in them", async () => {
  const packed = await gzip(SAMPLE);
  deepEqual(packed, await gzip(SAMPLE));
  // flags, time, extra flags, operating system
  deepEqual([...packed.subarray(3, 10)], [0, 0, 0, 0, 0, packed[8], 255]);
  ok(packed.length < SAMPLE.length / 10);
});

Deno.test("unpack() gives back what was packed", async () => {
  deepEqual(await unpack(await gzip(SAMPLE), "t", SAMPLE.length), SAMPLE);
  deepEqual(await unpack(new Uint8Array(gzipSync(SAMPLE)), "t", SAMPLE.length), SAMPLE);
  const empty = new Uint8Array();
  deepEqual(await unpack(await gzip(empty), "t", 0), empty);
});

Deno.test("unpack() reads gzip in several parts, and zstd", async () => {
  const parts = new Uint8Array([...gzipSync(SAMPLE), ...gzipSync(SAMPLE)]);
  equal((await unpack(parts, "t", 2 * SAMPLE.length)).length, 2 * SAMPLE.length);
  const zstd = new Uint8Array(zstdCompressSync(SAMPLE));
  ok(isZstd(zstd));
  deepEqual(await unpack(zstd, "t", SAMPLE.length), SAMPLE);
});

Deno.test("unpack() leaves other bytes alone", async () => {
  equal(await unpack(SAMPLE, "t", 1), SAMPLE);
  equal(isGzip(SAMPLE), false);
});

Deno.test("unpack() ends at the limit, whatever the kind", async () => {
  const large = new Uint8Array(8 * 1024 * 1024);
  const kinds = [
    await gzip(large),
    new Uint8Array([...gzipSync(large), ...gzipSync(large)]),
    new Uint8Array(zstdCompressSync(large)),
  ];
  for (const packed of kinds) {
    await rejects(unpack(packed, "t", 1000), /more than 1000 bytes come out of it/);
  }
});

Deno.test("unpack() refuses what is damaged or cut off", async () => {
  const packed = await gzip(SAMPLE);
  for (const bytes of [packed.slice(0, -9), packed.with(20, 0xff), packed.slice(0, 12)]) {
    await rejects(unpack(bytes, "t", SAMPLE.length), { code: "image-malformed" });
  }
});
