import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { Random } from "../../tests/fuzz/mutate.ts";
import { BytecodeError } from "../errors.ts";
import { compile } from "../../tests/support/compile.ts";
import { compressionOf, kernelBtf, kernelRelease, unpackKernel } from "./image.ts";
import { unpackLegacyLz4 } from "./lz4.ts";
import { sectionBytes } from "../elf/gate.ts";
import { readElf } from "../elf/elf.ts";

/** Packs bytes with a command-line tool. */
function pack(bytes: Uint8Array, tool: string, ...args: string[]): Uint8Array<ArrayBuffer> {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeFileSync(`${folder}/plain`, bytes);
    const { success, stdout } = new Deno.Command(tool, {
      args: [...args, "-c", `${folder}/plain`],
      stdout: "piped",
      stderr: "null",
    }).outputSync();
    ok(success, `${tool} failed`);
    return stdout;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Data that compresses well here and badly there, longer than one LZ4 block. */
function mixedData(size: number): Uint8Array {
  const random = new Random(5);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const length = 1 + random.below(600);
    const kind = random.below(3);
    for (let n = 0; n < length && at < size; n++, at++) {
      bytes[at] = kind === 0 ? 7 : kind === 1 ? random.below(256) : bytes[at - 300] ?? 1;
    }
  }
  return bytes;
}

Deno.test("unpackLegacyLz4() unpacks what lz4 -l packs", () => {
  for (const size of [1, 12, 1000, 65_537, 9 * 1024 * 1024]) {
    const plain = mixedData(size);
    deepEqual(unpackLegacyLz4(pack(plain, "lz4", "-l", "-q"), size), plain, `${size} bytes`);
  }
});

Deno.test("unpackLegacyLz4() refuses damaged and endless data with its own error only", () => {
  const packed = pack(mixedData(20_000), "lz4", "-l", "-q");
  throws(() => unpackLegacyLz4(packed, 19_999), { rule: "lz4" });
  const random = new Random(9);
  for (let round = 0; round < 500; round++) {
    const bytes = packed.slice(0, random.below(4) === 0 ? random.below(packed.length) : undefined);
    for (let n = 0; n < 4; n++) bytes[random.below(bytes.length)] = random.below(256);
    try {
      unpackLegacyLz4(bytes, 1 << 25);
    } catch (error) {
      ok(error instanceof BytecodeError, String(error));
    }
  }
});

const SOURCE = `struct s { int a; } x = { 1 };
const char banner[] = "Linux version 6.1.0-test (gcc) #1";`;

/** A kernel image around a payload, as the boot protocol lays it out. */
function bzImage(payload: Uint8Array, hasSize: boolean): Uint8Array {
  const start = 2 * 512 + 0x300;
  const size = payload.length + (hasSize ? 4 : 0);
  const bytes = new Uint8Array(start + size + 64);
  const view = new DataView(bytes.buffer);
  view.setUint8(0x1f1, 1);
  bytes.set(new TextEncoder().encode("HdrS"), 0x202);
  view.setUint32(0x248, 0x300, true);
  view.setUint32(0x24c, size, true);
  bytes.set(payload, start);
  return bytes;
}

Deno.test("kernelBtf() takes the BTF out of images of every compression", () => {
  const kernel = compile(SOURCE);
  const file = readElf(kernel);
  const section = file.sections.find(({ name }) => name === ".BTF");
  ok(section !== undefined);
  const btf = Uint8Array.from(sectionBytes(file, section));
  const unpackers = {
    gzip: (packed: Uint8Array) => new Uint8Array(gunzipSync(packed)),
    zstd: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)),
  };
  const images = {
    lz4: bzImage(pack(kernel, "lz4", "-l", "-q"), true),
    gzip: bzImage(pack(kernel, "gzip", "-n"), false),
    zstd: bzImage(pack(kernel, "zstd", "-q"), true),
    plain: kernel,
    raw: btf,
  };
  for (const [name, image] of Object.entries(images)) {
    deepEqual(kernelBtf(image, unpackers), btf, name);
  }
  equal(kernelRelease(unpackKernel(images.lz4)), "6.1.0-test");
});

Deno.test("unpackKernel() names the compression that it has no unpacker for", () => {
  const image = bzImage(pack(compile(SOURCE), "xz", "-q"), true);
  throws(() => unpackKernel(image), { code: "unsupported", message: /compressed with xz/ });
  equal(compressionOf(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)), "xz");
});

Deno.test("unpackKernel() refuses what is no kernel", () => {
  throws(() => unpackKernel(new TextEncoder().encode("no kernel at all")), {
    rule: "kernel-format",
  });
  const image = bzImage(new Uint8Array(64), true);
  new DataView(image.buffer).setUint32(0x24c, 1 << 30, true);
  throws(() => unpackKernel(image), { rule: "kernel-payload" });
  throws(() => kernelBtf(compile("int f(void) { return 0; }", { args: ["-g0"] })), {
    rule: "kernel-btf",
  });
});
