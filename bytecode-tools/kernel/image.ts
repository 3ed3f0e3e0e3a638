/**
 * Kernel images: the ELF kernel inside a bzImage, and the BTF inside kernels and modules.
 * Boot protocol by Documentation/arch/x86/boot.rst of Linux.
 *
 * @module
 */
import { readElf } from "../elf/elf.ts";
import { isInFile, sectionBytes } from "../elf/gate.ts";
import { BytecodeError, refuse } from "../errors.ts";
import { isLegacyLz4, unpackLegacyLz4 } from "./lz4.ts";

/** A way of compression. */
export type Compression = "gzip" | "xz" | "zstd" | "bzip2" | "lzma" | "lzo" | "lz4";

/** Unpacks bytes; the caller has the means, this folder has none but LZ4. */
export type Unpack = (packed: Uint8Array) => Uint8Array;

/** Means of unpacking, by compression; LZ4 is built in. */
export type Unpackers = Readonly<Partial<Record<Compression, Unpack>>>;

/** Largest kernel that is unpacked. */
const MAX_KERNEL = 512 * 1024 * 1024;
const SECTOR = 512;

const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["lzma", [0x5d, 0x00, 0x00]],
  ["lzo", [0x89, 0x4c, 0x5a]],
];

/** The compression that bytes begin with; undefined when they are not compressed. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  if (isLegacyLz4(bytes)) return "lz4";
  return MAGICS.find(([, magic]) => magic.every((byte, n) => bytes[n] === byte))?.[0];
}

function unpack(bytes: Uint8Array, unpackers: Unpackers): Uint8Array {
  const compression = compressionOf(bytes);
  if (compression === undefined) return bytes;
  if (compression === "lz4") return unpackLegacyLz4(bytes, MAX_KERNEL);
  const found = unpackers[compression];
  if (found !== undefined) return found(bytes);
  const message = `Cannot unpack the kernel: it is compressed with ${compression}, and no ` +
    `unpacker for that is at hand`;
  throw new BytecodeError("unsupported", message, 0, { rule: "kernel-compression" });
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** True for bzImage files: the header's magic "HdrS" at 0x202. */
function isBzImage(bytes: Uint8Array): boolean {
  return bytes.length > 0x260 && bytes[0x202] === 0x48 && bytes[0x203] === 0x64 &&
    bytes[0x204] === 0x72 && bytes[0x205] === 0x53;
}

/** The packed kernel in a bzImage. */
function payloadOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sectors = bytes[0x1f1] || 4;
  const start = (sectors + 1) * SECTOR + view.getUint32(0x248, true);
  const size = view.getUint32(0x24c, true);
  if (size < 8 || start + size > bytes.length) {
    const message = `Cannot read the kernel image: its payload ends at ${start + size}, the file ` +
      `at ${bytes.length}`;
    refuse("kernel-payload", message, { offset: 0x248 });
  }
  const payload = bytes.subarray(start, start + size);
  // all but gzip are followed by the unpacked size, which is no part of the stream
  return compressionOf(payload) === "gzip" ? payload : payload.subarray(0, size - 4);
}

/**
 * The ELF kernel in a file: a bzImage, a compressed or a plain ELF file.
 *
 * @param bytes `vmlinuz`, `vmlinux` or a module, compressed or not.
 * @param unpackers Means of unpacking.
 * @throws {BytecodeError} When the file is none of these or no unpacker is given.
 */
export function unpackKernel(bytes: Uint8Array, unpackers: Unpackers = {}): Uint8Array {
  const inner = isBzImage(bytes) ? payloadOf(bytes) : bytes;
  const unpacked = unpack(inner, unpackers);
  if (isElf(unpacked)) return unpacked;
  const message = "Cannot read the kernel: it is neither a bzImage nor an ELF file";
  throw new BytecodeError("not-elf", message, 0, { rule: "kernel-format" });
}

/**
 * The BTF of a kernel or module.
 *
 * @param bytes A `.btf` file, `vmlinuz`, `vmlinux` or a module, compressed or not.
 * @param unpackers Means of unpacking.
 * @throws {BytecodeError} When there is none.
 */
export function kernelBtf(bytes: Uint8Array, unpackers: Unpackers = {}): Uint8Array {
  const isBtf = bytes[0] === 0x9f && bytes[1] === 0xeb || bytes[0] === 0xeb && bytes[1] === 0x9f;
  if (isBtf) return bytes;
  const file = readElf(unpackKernel(bytes, unpackers));
  const section = file.sections.find(({ name }) => name === ".BTF");
  if (section !== undefined && isInFile(section)) return sectionBytes(file, section).slice();
  const message = "Cannot take BTF from the kernel: it has no section .BTF (CONFIG_DEBUG_INFO_BTF)";
  throw new BytecodeError("unsupported", message, 0, { rule: "kernel-btf" });
}

/** The release in a kernel's version text ("Linux version 6.1.0 …"); undefined when not found. */
export function kernelRelease(elf: Uint8Array): string | undefined {
  const text = new TextEncoder().encode("Linux version ");
  for (let at = elf.indexOf(0x4c); at >= 0; at = elf.indexOf(0x4c, at + 1)) {
    if (!text.every((byte, n) => elf[at + n] === byte)) continue;
    const rest = new TextDecoder().decode(elf.subarray(at + text.length, at + text.length + 80));
    const release = /^(\d+\.\d+[^\s\0]*) /.exec(rest)?.[1];
    if (release !== undefined) return release;
  }
  return undefined;
}
