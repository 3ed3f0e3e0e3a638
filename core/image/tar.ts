/**
 * Tar archives: the plain part of the format, read without trust and written the same way each
 * time. Nothing is ever unpacked to the disk.
 *
 * @module
 */
import { imageError } from "./errors.ts";
import { joinBytes } from "./gzip.ts";

const BLOCK = 512;
/** Most entries of an archive. */
const MAX_ENTRIES = 4096;

/** A file of an archive. */
export interface TarFile {
  /** Path without `./` at its start. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Fields of a header by offset and length. */
const FIELD = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  magic: [257, 5],
  prefix: [345, 155],
} as const;
const TYPE_AT = 156;

const KIND_NAMES: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
};

function refuse(what: string, why: string): never {
  throw imageError("image-layer-unsafe", `Cannot unpack ${what}: ${why}`);
}

function malformed(what: string, why: string): never {
  throw imageError("image-malformed", `Cannot unpack ${what}: ${why}`);
}

function text(header: Uint8Array, [at, length]: readonly [number, number]): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, field: readonly [number, number], what: string): number {
  const digits = text(header, field).trim();
  if (!/^[0-7]{1,12}$/.test(digits)) malformed(what, "a header has no number where one belongs");
  return parseInt(digits, 8);
}

function checksumOf(header: Uint8Array): number {
  const [at, length] = FIELD.checksum;
  return header.reduce((sum, byte, index) => {
    const isSum = index >= at && index < at + length;
    return sum + (isSum ? 0x20 : byte);
  }, 0);
}

/** True when the bytes begin with the header of an archive. */
export function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK) return false;
  const header = bytes.subarray(0, BLOCK);
  const digits = text(header, FIELD.checksum).trim();
  return /^[0-7]+$/.test(digits) && parseInt(digits, 8) === checksumOf(header);
}

/** The path of an entry, refused when it could leave the directory. */
function safeName(name: string, what: string): string {
  if (name.startsWith("/")) refuse(what, `"${name}" is an absolute path`);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) refuse(what, `"${name}" leads out of the archive`);
  if (name.includes("\0")) refuse(what, "a name has a zero byte");
  return parts.join("/");
}

/** The path in the records of an extended header, undefined when they have none. */
function paxPath(bytes: Uint8Array): string | undefined {
  const records = new TextDecoder().decode(bytes);
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}

/** One entry as it stands in the archive. */
interface Entry {
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

function* entries(archive: Uint8Array<ArrayBuffer>, what: string): Generator<Entry> {
  let at = 0;
  for (let count = 0; at + BLOCK <= archive.length; count++) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (count >= MAX_ENTRIES) refuse(what, `it has more than ${MAX_ENTRIES} entries`);
    if (octal(header, FIELD.checksum, what) !== checksumOf(header)) {
      malformed(what, "the checksum of a header is wrong");
    }
    const size = octal(header, FIELD.size, what);
    const start = at + BLOCK;
    if (start + size > archive.length) malformed(what, "it ends in the middle of a file");
    const prefix = text(header, FIELD.magic) === "ustar" ? text(header, FIELD.prefix) : "";
    const name = text(header, FIELD.name);
    yield {
      type: String.fromCharCode(header[TYPE_AT] ?? 0),
      name: prefix === "" ? name : `${prefix}/${name}`,
      bytes: archive.slice(start, start + size),
    };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/**
 * Reads an archive.
 *
 * @param archive The bytes.
 * @param what What it is, for messages.
 * @returns Its regular files.
 * @throws {BpfmanError} For links, devices, and names that lead elsewhere.
 */
export function readTar(archive: Uint8Array<ArrayBuffer>, what: string): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  for (const entry of entries(archive, what)) {
    const { type, bytes } = entry;
    // extended headers give the entry behind them a longer name
    if (type === "x") longName = paxPath(bytes) ?? longName;
    else if (type === "L") longName = new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
    if (["x", "L", "g"].includes(type)) continue;
    const name = safeName(longName ?? entry.name, what);
    longName = undefined;
    if (type === "5") continue;
    if (type !== "0" && type !== "\0" && type !== "7") {
      refuse(what, `"${name}" is ${KIND_NAMES[type] ?? "no regular file"}`);
    }
    if (files.some((file) => file.name === name)) refuse(what, `it has "${name}" twice`);
    files.push({ name, bytes });
  }
  return files;
}

function header(name: string, size: number, epoch: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const encoder = new TextEncoder();
  const put = (value: string, at: number) => bytes.set(encoder.encode(value), at);
  const number = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(name, 0);
  put("0000644\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${number(size, 11)}\0`, 124);
  put(`${number(epoch, 11)}\0`, 136);
  put("0", TYPE_AT);
  put("ustar\x0000", 257);
  put(`${number(checksumOf(bytes), 6)}\0 `, 148);
  return bytes;
}

/**
 * Writes an archive: files in the order given, owned by root, mode 0644, all of one time.
 *
 * @param files Names of at most 100 bytes.
 * @param epoch Seconds since 1970.
 */
export function writeTar(files: readonly TarFile[], epoch = 0): Uint8Array<ArrayBuffer> {
  const pieces = files.flatMap(({ name, bytes }) => {
    if (new TextEncoder().encode(name).length > 100) {
      throw new RangeError(`Cannot archive "${name}": the name has more than 100 bytes`);
    }
    const padding = new Uint8Array((BLOCK - bytes.length % BLOCK) % BLOCK);
    return [header(name, bytes.length, epoch), bytes, padding];
  });
  pieces.push(new Uint8Array(2 * BLOCK));
  return joinBytes(pieces, pieces.reduce((sum, { length }) => sum + length, 0));
}
