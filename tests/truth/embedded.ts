/**
 * BPF objects inside other files: tools that are linked with a skeleton carry their object as data.
 *
 * @module
 */
import { readElf } from "../../bytecode-tools/elf/elf.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";

const MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const MACHINE_BPF = 247;

/** End of an object, from its section table, which is the last thing in what clang writes. */
function sizeOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 64 || view.getUint16(18, true) !== MACHINE_BPF) return undefined;
  const size = Number(view.getBigUint64(40, true)) +
    view.getUint16(58, true) * view.getUint16(60, true);
  return size <= bytes.length ? size : undefined;
}

/** True for bytes that are a whole ELF file. */
function isWhole(bytes: Uint8Array): boolean {
  try {
    readElf(bytes);
    return true;
  } catch (error) {
    if (error instanceof BytecodeError) return false;
    throw error;
  }
}

/** Finds the BPF objects that a file carries. */
export function embeddedObjects(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = bytes.indexOf(MAGIC[0], 1); at > 0; at = bytes.indexOf(MAGIC[0], at + 1)) {
    if (!MAGIC.every((byte, n) => bytes[at + n] === byte)) continue;
    const size = sizeOf(bytes.subarray(at));
    if (size === undefined) continue;
    const object = bytes.slice(at, at + size);
    if (isWhole(object)) found.push(object);
  }
  return found;
}
