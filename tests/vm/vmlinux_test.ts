import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { runProgram } from "./process.ts";
import { extractVmlinux, findPayload } from "./vmlinux.ts";

/** Makes a file with the boot header of a bzImage around a compressed payload. */
function bzImage(payload: Uint8Array, uncompressedLength: number): Uint8Array<ArrayBuffer> {
  const start = 3 * 512 + 100;
  const image = new Uint8Array(0x2000 + payload.length);
  const view = new DataView(image.buffer);
  view.setUint8(0x1f1, 2);
  view.setUint32(0x202, 0x53726448, true);
  view.setUint32(0x248, 100, true);
  view.setUint32(0x24c, payload.length + 4, true);
  image.set(payload, start);
  view.setUint32(start + payload.length, uncompressedLength, true);
  return image;
}

const KERNEL = Uint8Array.from({ length: 5000 }, (_, i) => i < 4 ? [127, 69, 76, 70][i] ?? 0 : i);

for (const program of ["xz", "zstd"] as const) {
  Deno.test(`extractVmlinux() unpacks a kernel compressed with ${program}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const payload = await runProgram(program, ["-cq"], { stdin: KERNEL });
      const image = bzImage(payload, KERNEL.length);
      strictEqual(findPayload(image).program, program);
      await Deno.writeFile(`${directory}/image`, image);
      await extractVmlinux(`${directory}/image`, `${directory}/vmlinux`);
      deepStrictEqual(await Deno.readFile(`${directory}/vmlinux`), KERNEL);
      await Deno.writeFile(`${directory}/image`, bzImage(payload, KERNEL.length + 1));
      await rejects(
        extractVmlinux(`${directory}/image`, `${directory}/other`),
        /5000 bytes instead of 5001/,
      );
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("findPayload() refuses files that are no kernel image, or a cut one", () => {
  throws(() => findPayload(new Uint8Array(0x2000)), /no x86 boot header/);
  throws(() => findPayload(new Uint8Array(10)), /no x86 boot header/);
  throws(() => findPayload(bzImage(new Uint8Array(100), 1)), /neither xz nor zstd/);
  throws(() => findPayload(bzImage(KERNEL, 1).subarray(0, 0x1000)), /it ends at 4096/);
});
