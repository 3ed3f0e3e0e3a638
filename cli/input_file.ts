/**
 * Files that commands are given by name.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../core/errors.ts";

/** A file with its name as the user gave it. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Most bytes of an object that are read; one more shows that it is too large. */
export const OBJECT_LIMIT = 16 * 1024 * 1024 + 1;
/** Most bytes of other files; BTF of kernels has some 5 MB, their images some 15 MB. */
const FILE_LIMIT = 256 * 1024 * 1024;

/** Names of standard input, which Deno opens by no name for a program with narrow permissions. */
const STANDARD_INPUT: readonly string[] = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** The failure of a file that was named. */
export function cannotRead(name: string, cause: unknown): BpfmanError {
  if (cause instanceof Deno.errors.NotFound) {
    return new BpfmanError(`File "${name}" does not exist`, {
      code: "file-not-found",
      kind: ErrorKind.NOT_FOUND,
    });
  }
  const isDirectory = String(cause).includes("s a directory");
  const why = isDirectory ? "it is a directory" : "it is not readable";
  return new BpfmanError(`Cannot read "${name}": ${why}`, {
    code: "file-unreadable",
    ...(isDirectory ? {} : { cause }),
  });
}

/** Reads at most so many bytes: devices and pipes have no end that could be asked for. */
function readSome(
  file: { readSync(into: Uint8Array): number | null },
  limit: number,
  expected = 65_536,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(Math.min(limit, expected));
  let length = 0;
  for (;;) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null || count === 0) return bytes.subarray(0, length);
    length += count;
    if (length >= limit) return bytes.subarray(0, limit);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(Math.min(limit, bytes.length * 2));
    larger.set(bytes);
    bytes = larger;
  }
}

function readNamed(name: string, limit: number): Uint8Array<ArrayBuffer> {
  if (STANDARD_INPUT.includes(name)) return readSome(Deno.stdin, limit);
  using file = Deno.openSync(name);
  const { size, isFile } = file.statSync();
  // regular files are read at once, with a byte more to notice that they have grown
  return readSome(file, limit, isFile && size > 0 ? size + 1 : undefined);
}

/**
 * Reads a file.
 *
 * @throws {BpfmanError} When it is not there or not readable.
 */
export function readInputFile(name: string, limit = FILE_LIMIT): InputFile {
  try {
    return { name, bytes: readNamed(name, limit) };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw cannotRead(name, cause);
  }
}

/**
 * Reads the file of an object.
 *
 * @throws {BpfmanError} When it is not there or not readable.
 */
export function readObjectFile(name: string): InputFile {
  return readInputFile(name, OBJECT_LIMIT);
}
