/**
 * The outer shape of BTF: header, bounds of the type and string sections, byte order.
 *
 * @module
 */
import { refuse } from "../errors.ts";

/** Magic number of BTF and BTF.ext. */
const BTF_MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
/** Longest name or source line; every reader copies names, so endless ones must not exist. */
export const MAX_STRING = 8192;
/** Type records must fit an index of 32-bit words in memory many times over. */
const MAX_BTF_SIZE = 256 * 1024 * 1024;

/** BTF cut into its sections. */
export interface BtfLayout {
  readonly isLittleEndian: boolean;
  /** The type section as numbers of this machine. */
  readonly words: Uint32Array;
  readonly strings: Uint8Array;
  /** Places in the file, in bytes. */
  readonly typesAt: number;
  readonly stringsAt: number;
}

const IS_LITTLE_MACHINE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Words of bytes in this machine's byte order: the bytes themselves where they fit, else a copy. */
function toWords(bytes: Uint8Array, isLittleEndian: boolean): Uint32Array {
  if (isLittleEndian === IS_LITTLE_MACHINE && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  }
  const copy = bytes.slice();
  const words = new Uint32Array(copy.buffer, 0, copy.length >>> 2);
  if (isLittleEndian === IS_LITTLE_MACHINE) return words;
  const view = new DataView(copy.buffer);
  for (let n = 0; n < words.length; n++) words[n] = view.getUint32(n * 4, isLittleEndian);
  return words;
}

/** The byte order that the magic number tells. */
export function byteOrderOf(bytes: Uint8Array, what: string, offset: number): boolean {
  const magic = (bytes[0] ?? 0) | (bytes[1] ?? 0) << 8;
  if (magic === BTF_MAGIC) return true;
  if (magic === 0x9feb) return false;
  const shown = magic.toString(16).padStart(4, "0");
  refuse("btf-magic", `The ${what} begins with 0x${shown}, not 0xeb9f`, { offset, section: what });
}

/** Refuses a header of an unknown version or with unknown flags; returns the header's size. */
export function checkHeaderStart(view: DataView, isLittleEndian: boolean, place: {
  readonly offset: number;
  readonly section: string;
  readonly least: number;
}): number {
  const version = view.getUint8(2);
  const flags = view.getUint8(3);
  const size = view.getUint32(4, isLittleEndian);
  const { section, least } = place;
  if (version !== 1) refuse("btf-version", `The ${section} has version ${version}, not 1`, place);
  if (flags !== 0) refuse("btf-flags", `The ${section} has unknown flags ${flags}`, place);
  if (size < least || size > view.byteLength || size % 4 !== 0) {
    const message = `The header of ${section} claims ${size} bytes: it needs at least ${least}, ` +
      `the section has ${view.byteLength}`;
    refuse("btf-header-size", message, place);
  }
  return size;
}

/**
 * Reads a BTF header and cuts the sections out.
 *
 * @param bytes The `.BTF` section or a raw BTF file.
 * @param fileOffset Where the bytes begin in their file.
 * @param isTrusted True to leave out the pass over all strings.
 */
export function readLayout(
  bytes: Uint8Array,
  fileOffset: number,
  isTrusted: boolean,
): BtfLayout {
  const place = { offset: fileOffset, section: ".BTF" };
  if (bytes.length < HEADER_SIZE || bytes.length > MAX_BTF_SIZE) {
    refuse("btf-size", `The BTF has ${bytes.length} bytes: it needs 24 to ${MAX_BTF_SIZE}`, place);
  }
  const isLittleEndian = byteOrderOf(bytes, ".BTF", fileOffset);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = checkHeaderStart(view, isLittleEndian, { ...place, least: HEADER_SIZE });
  const [typeOffset, typeSize, stringOffset, stringSize] = [8, 12, 16, 20]
    .map((at) => view.getUint32(at, isLittleEndian)) as [number, number, number, number];
  const types = header + typeOffset;
  const strings = header + stringOffset;
  if (types % 4 !== 0 || typeSize % 4 !== 0) {
    refuse("btf-alignment", "The BTF types are not in whole words", place);
  }
  if (types + typeSize > bytes.length || strings + stringSize > bytes.length) {
    const message = `The BTF ends at ${bytes.length}: its types end at ${types + typeSize}, its ` +
      `strings at ${strings + stringSize}`;
    refuse("btf-bounds", message, place);
  }
  if (types < strings + stringSize && strings < types + typeSize) {
    refuse("btf-bounds", "The BTF types and strings overlap", place);
  }
  const layout = {
    isLittleEndian,
    words: toWords(bytes.subarray(types, types + typeSize), isLittleEndian),
    strings: bytes.subarray(strings, strings + stringSize),
    typesAt: fileOffset + types,
    stringsAt: fileOffset + strings,
  };
  if (!isTrusted) checkStrings(layout.strings, layout.stringsAt);
  return layout;
}

function checkStrings(strings: Uint8Array, offset: number): void {
  const place = { offset, section: ".BTF" };
  // a module's BTF may continue the kernel's strings without any of its own
  if (strings.length === 0) return;
  if (strings[strings.length - 1] !== 0) {
    refuse("btf-strings", "The BTF strings do not end with a zero byte", place);
  }
  // The last end within reach of a string's start is the next place to look from: whatever lies
  // between is short enough, so most strings need no look of their own.
  for (let start = 0; start < strings.length;) {
    const end = strings.lastIndexOf(0, Math.min(start + MAX_STRING, strings.length - 1));
    if (end < start) {
      const size = strings.indexOf(0, start) - start;
      const message = `A BTF string has ${size} bytes: at most ${MAX_STRING} are read`;
      refuse("btf-strings", message, { ...place, offset: offset + start });
    }
    start = end + 1;
  }
}
