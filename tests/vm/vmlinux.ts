/**
 * The uncompressed kernel inside a bzImage.
 *
 * QEMU starts an ELF kernel directly (PVH). In software emulation the kernel's own decompressor is
 * slow: booting 6.1 from the bzImage takes 9.4 s of CPU, from the ELF file 3.9 s.
 *
 * @module
 */
import { runProgram } from "./process.ts";

// Offsets in the x86 boot header: see Documentation/arch/x86/boot.rst in the kernel source.
const SETUP_SECTORS = 0x1f1;
const HEADER_MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;
const ELF_MAGIC = 0x464c457f;

const DECOMPRESSORS = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: "xz" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], program: "zstd" },
] as const;

/** Where the compressed kernel lies in a bzImage, and how large it becomes. */
export interface KernelPayload {
  readonly program: "xz" | "zstd";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly uncompressedLength: number;
}

/** Finds the compressed kernel in a bzImage through its boot header. */
export function findPayload(image: Uint8Array<ArrayBuffer>): KernelPayload {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (image.length < 0x1000 || view.getUint32(HEADER_MAGIC, true) !== 0x53726448) {
    throw new Error("Cannot read the kernel image: it has no x86 boot header");
  }
  const start = (view.getUint8(SETUP_SECTORS) + 1) * SECTOR + view.getUint32(PAYLOAD_OFFSET, true);
  const end = start + view.getUint32(PAYLOAD_LENGTH, true);
  if (end > image.length) {
    throw new Error(`Cannot read the kernel image: it ends at ${image.length}, not at ${end}`);
  }
  const payload = image.subarray(start, end);
  const kind = DECOMPRESSORS.find(({ magic }) => magic.every((byte, i) => payload[i] === byte));
  if (kind === undefined) {
    throw new Error("Cannot read the kernel image: its compression is neither xz nor zstd");
  }
  // The kernel's build appends the uncompressed size to the compressed stream.
  return {
    program: kind.program,
    bytes: payload.subarray(0, payload.length - 4),
    uncompressedLength: view.getUint32(end - 4, true),
  };
}

/** Writes the ELF kernel inside the bzImage `from` to `to`. */
export async function extractVmlinux(from: string, to: string): Promise<void> {
  const payload = findPayload(await Deno.readFile(from));
  const kernel = await runProgram(payload.program, ["-dcq"], { stdin: payload.bytes });
  if (kernel.length !== payload.uncompressedLength) {
    throw new Error(
      `Cannot extract "${from}": ${kernel.length} bytes instead of ${payload.uncompressedLength}`,
    );
  }
  if (new DataView(kernel.buffer).getUint32(0, true) !== ELF_MAGIC) {
    throw new Error(`Cannot extract "${from}": the content is not an ELF file`);
  }
  await Deno.writeFile(to, kernel);
}
