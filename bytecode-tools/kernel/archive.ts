/**
 * The archives that kernels come in: Debian packages (ar) and the tar files inside.
 *
 * @module
 */
import { refuse } from "../errors.ts";

/** A file of an archive. */
export interface ArchiveFile {
  /** Path without a leading `../` or slash. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();
const AR_MAGIC = "!<arch>\n";
const AR_HEADER = 60;
const TAR_BLOCK = 512;

/** True for Debian packages and other ar archives. */
function isAr(bytes: Uint8Array): boolean {
  return decoder.decode(bytes.subarray(0, AR_MAGIC.length)) === AR_MAGIC;
}

/**
 * Members of an ar archive.
 *
 * @throws {BytecodeError} When the archive is damaged.
 */
export function* readAr(bytes: Uint8Array): Generator<ArchiveFile> {
  if (!isAr(bytes)) refuse("ar", "Cannot read the package: it is no ar archive", { offset: 0 });
  for (let at = AR_MAGIC.length; at + AR_HEADER <= bytes.length;) {
    const header = decoder.decode(bytes.subarray(at, at + AR_HEADER));
    const size = Number(header.slice(48, 58).trim());
    const start = at + AR_HEADER;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > bytes.length) {
      refuse("ar", "Cannot read the package: a member leaves the file", { offset: at });
    }
    const path = header.slice(0, 16).trim().replace(/\/$/, "");
    yield { path, bytes: bytes.subarray(start, start + size) };
    // members begin at even places
    at = start + size + size % 2;
  }
}

/** Text up to the first zero byte. */
function textAt(bytes: Uint8Array, start: number, size: number): string {
  const field = bytes.subarray(start, start + size);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** A size: octal digits, or big-endian bytes behind the mark 0x80. */
function sizeAt(bytes: Uint8Array, start: number): number {
  if ((bytes[start] ?? 0) < 0x80) return parseInt(textAt(bytes, start, 12).trim() || "0", 8);
  let size = 0;
  for (let n = 4; n < 12; n++) size = size * 256 + (bytes[start + n] ?? 0);
  return size;
}

/** The path in an extended header: lines of `length path=value`. */
function extendedPath(bytes: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(decoder.decode(bytes))?.[1];
}

const TYPE = 156;
const REGULAR: ReadonlySet<string> = new Set(["0", "\0", ""]);

/**
 * Regular files of a tar archive.
 *
 * @throws {BytecodeError} When the archive is damaged.
 */
export function* readTar(bytes: Uint8Array): Generator<ArchiveFile> {
  let longName: string | undefined;
  for (let at = 0; at + TAR_BLOCK <= bytes.length;) {
    if (bytes[at] === 0) return;
    const size = sizeAt(bytes, at + 124);
    const start = at + TAR_BLOCK;
    if (!Number.isSafeInteger(size) || start + size > bytes.length) {
      refuse("tar", "Cannot read the archive: a file leaves it", { offset: at });
    }
    const content = bytes.subarray(start, start + size);
    const type = textAt(bytes, at + TYPE, 1);
    const prefix = textAt(bytes, at + 345, 155);
    const name = textAt(bytes, at, 100);
    if (type === "L") longName = textAt(content, 0, content.length);
    else if (type === "x") longName = extendedPath(content) ?? longName;
    else {
      const path = longName ?? (prefix === "" ? name : `${prefix}/${name}`);
      longName = undefined;
      if (REGULAR.has(type)) yield { path: path.replace(/^\.?\/+/, ""), bytes: content };
    }
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
}
