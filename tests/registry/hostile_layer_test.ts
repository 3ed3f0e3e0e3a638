/**
 * Layers whose bytes are as their digest says, and still no bytecode that may be used.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { gzip, gzipOfZeros, type TarEntry, tarOf } from "./support/hand_made_tar.ts";
import { GOOD, openScene } from "./support/hostile.ts";

const OBJECT = GOOD.object;
const OTHER = Deno.readFileSync(fixture("xdp_drop"));

/** Archives that are refused, each with the code. */
const ARCHIVES: Readonly<Record<string, readonly [entries: readonly TarEntry[], code: string]>> = {
  "a name that leads out": [[{ name: "../program.o", data: OBJECT }], "image-layer-unsafe"],
  "a name that leads out in the middle": [
    [{ name: "a/../../program.o", data: OBJECT }],
    "image-layer-unsafe",
  ],
  "an absolute name": [[{ name: "/etc/program.o", data: OBJECT }], "image-layer-unsafe"],
  "a symbolic link": [
    [{ name: "program.o", data: OBJECT }, { name: "x", type: "2", link: "/etc/shadow" }],
    "image-layer-unsafe",
  ],
  "a symbolic link for an object": [
    [{ name: "program.o", type: "2", link: "/etc/shadow" }],
    "image-layer-unsafe",
  ],
  "a hard link": [
    [{ name: "program.o", data: OBJECT }, { name: "other.o", type: "1", link: "program.o" }],
    "image-layer-unsafe",
  ],
  "a character device": [
    [{ name: "program.o", data: OBJECT }, { name: "null", type: "3" }],
    "image-layer-unsafe",
  ],
  "a block device": [
    [{ name: "program.o", data: OBJECT }, { name: "sda", type: "4" }],
    "image-layer-unsafe",
  ],
  "a pipe": [
    [{ name: "program.o", data: OBJECT }, { name: "pipe", type: "6" }],
    "image-layer-unsafe",
  ],
  "two objects": [
    [{ name: "a.o", data: OBJECT }, { name: "b.o", data: OTHER }],
    "image-objects-many",
  ],
  "one name twice": [
    [{ name: "a.o", data: OBJECT }, { name: "a.o", data: OTHER }],
    "image-layer-unsafe",
  ],
  "no object": [
    [{ name: "README", data: new TextEncoder().encode("hello") }],
    "image-object-missing",
  ],
  "nothing": [[], "image-object-missing"],
  "an object that is none": [
    [{ name: "program.o", data: new TextEncoder().encode("hello") }],
    "image-object-missing",
  ],
  "a file that is larger than the archive": [
    [{ name: "program.o", data: OBJECT, claimedSize: 1e9 }],
    "image-malformed",
  ],
};

for (const [what, [entries, code]] of Object.entries(ARCHIVES)) {
  Deno.test(`a layer with ${what} is refused`, async () => {
    const layer = await gzip(tarOf(entries));
    await using scene = await openScene({ image: { ...GOOD, layer } });
    await scene.client.refuse(scene.byTag, code);
  });
}

Deno.test("a layer with a wrong checksum in its archive is refused", async () => {
  const archive = tarOf([{ name: "program.o", data: OBJECT }]);
  archive[0] = 0x71;
  await using scene = await openScene({ image: { ...GOOD, layer: await gzip(archive) } });
  await scene.client.refuse(scene.byTag, "image-object-missing");
});

Deno.test("a layer of gzip that is cut off is refused", async () => {
  const whole = await gzip(tarOf([{ name: "program.o", data: OBJECT }]));
  const layer = whole.slice(0, whole.length - 20);
  await using scene = await openScene({ image: { ...GOOD, layer } });
  await scene.client.refuse(scene.byTag, "image-malformed");
});

Deno.test("a layer that unpacks to very much is refused, and soon", async () => {
  const layer = await gzipOfZeros(512);
  ok(layer.length < 4 * 1024 * 1024, `${layer.length} bytes`);
  const before = Deno.memoryUsage().rss;
  await using scene = await openScene({ image: { ...GOOD, layer } });
  await scene.client.refuse(scene.byTag, "image-too-large");
  const grown = (Deno.memoryUsage().rss - before) / 1024 / 1024;
  ok(grown < 256, `the process grew by ${grown} MiB`);
});

Deno.test("a layer that is an object of another machine is refused", async () => {
  const elf = OBJECT.slice();
  // EM_X86_64 in place of EM_BPF
  new DataView(elf.buffer).setUint16(18, 62, true);
  const layer = await gzip(tarOf([{ name: "program.o", data: elf }]));
  await using scene = await openScene({ image: { ...GOOD, layer } });
  await scene.client.refuse(scene.byTag, "image-object-missing");
});
