/**
 * The dynamic loader that an executable names, which the kernel runs in front of it.
 *
 * @module
 */
import type { Fd } from "../fd.ts";
import { openFile } from "../kernel_files.ts";
import { check, syscall } from "../libc.ts";
import { NativeMemory, readMemory, textOf } from "../memory.ts";

const ELF_MAGIC = 0x464c457f;
const PT_INTERP = 3;
/** Offsets in the header of an ELF file of 64 bits, and in its program headers. */
const HEADER = { size: 64, programs: 32, entrySize: 54, entries: 56 } as const;
const ENTRY = { offset: 8, size: 32 } as const;
const MAX_PATH = 4096;

function readAt(file: Fd, offset: number, size: number): DataView {
  using memory = new NativeMemory();
  const buffer = memory.reserve(size);
  const place = BigInt(offset);
  const n = check("pread64", syscall("pread64", BigInt(file.raw), buffer, BigInt(size), place));
  const bytes = new Uint8Array(size);
  bytes.set(readMemory(buffer, n));
  return new DataView(bytes.buffer);
}

/**
 * Path of the dynamic loader of an executable.
 *
 * @param path The executable.
 * @returns One path, or none for a static program or a script.
 */
export function interpreterOf(path: string): string[] {
  using file = openFile(path);
  const header = readAt(file, 0, HEADER.size);
  if (header.getUint32(0, true) !== ELF_MAGIC) return [];
  const entrySize = header.getUint16(HEADER.entrySize, true);
  const entries = header.getUint16(HEADER.entries, true);
  const table = readAt(
    file,
    Number(header.getBigUint64(HEADER.programs, true)),
    entrySize * entries,
  );
  for (let at = 0; at < table.byteLength; at += entrySize) {
    if (table.getUint32(at, true) !== PT_INTERP) continue;
    const offset = Number(table.getBigUint64(at + ENTRY.offset, true));
    const size = Number(table.getBigUint64(at + ENTRY.size, true));
    return [textOf(new Uint8Array(readAt(file, offset, Math.min(size, MAX_PATH)).buffer))];
  }
  return [];
}
