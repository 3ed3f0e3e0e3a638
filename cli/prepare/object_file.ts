/**
 * Reads an object file once, as it will be loaded, with the path that it really has.
 *
 * @module
 */
import { MAX_OBJECT_SIZE } from "../../bytecode-tools/object/object.ts";
import { BpfmanError, ErrorKind } from "../../core/errors.ts";

/** A file as it was read. */
export interface ObjectFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Absolute, with links resolved. */
  readonly realPath: string;
}

function tooLarge(path: string, size: number): BpfmanError {
  return new BpfmanError(
    `Cannot load "${path}": it has ${size} bytes: at most ${MAX_OBJECT_SIZE} are read`,
    { code: "object-too-large" },
  );
}

/** Reads to the end, or until there is more than an object can have. */
function readAll(file: Deno.FsFile, path: string): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = new Uint8Array(256 * 1024);
    const count = file.readSync(chunk);
    if (count === null) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
    if (length > MAX_OBJECT_SIZE) throw tooLarge(path, length);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function checkKind(path: string, { isFile, isDirectory, isFifo, size }: Deno.FileInfo): void {
  if (isDirectory) throw new Deno.errors.IsADirectory(path);
  if (isFile && size > MAX_OBJECT_SIZE) throw tooLarge(path, size);
  if (isFile || isFifo) return;
  throw new BpfmanError(`Cannot read object file "${path}": it is not an ordinary file`, {
    code: "file-unreadable",
  });
}

/** The path that was opened must still be the file that was opened: links may be swapped. */
function checkSame(path: string, realPath: string, opened: Deno.FileInfo): void {
  const now = Deno.lstatSync(realPath);
  const isSame = now.ino === opened.ino && now.dev === opened.dev;
  if (isSame && Deno.realPathSync(realPath) === realPath) return;
  throw new BpfmanError(`Cannot read object file "${path}": it was replaced while it was opened`, {
    code: "file-changed",
  });
}

/** The path with links resolved; a pipe of a shell has none. */
function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || !Deno.statSync(path).isFifo) throw error;
    return path;
  }
}

function read(path: string): ObjectFile {
  // before it is opened: a device may do something, a directory cannot be read
  checkKind(path, Deno.statSync(path));
  const realPath = realPathOf(path);
  using file = Deno.openSync(realPath);
  const opened = file.statSync();
  checkKind(path, opened);
  // what comes through a pipe has no path that a rule could be about
  if (opened.isFile) checkSame(path, realPath, opened);
  return { bytes: readAll(file, path), realPath };
}

/**
 * Reads the object that a command names.
 *
 * @throws {BpfmanError} When it is not there, not readable, or no ordinary file.
 */
export function readObjectFile(path: string): ObjectFile {
  try {
    return read(path);
  } catch (cause) {
    if (cause instanceof BpfmanError || cause instanceof Deno.errors.NotCapable) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new BpfmanError(`Object file "${path}" does not exist`, {
        code: "file-not-found",
        kind: ErrorKind.NOT_FOUND,
        hint: "Give the path of a compiled object, such as ./program.bpf.o",
      });
    }
    const isDirectory = cause instanceof Deno.errors.IsADirectory ||
      String(cause).includes("Is a directory");
    const why = isDirectory ? "it is a directory" : "it is not readable";
    throw new BpfmanError(`Cannot read object file "${path}": ${why}`, {
      code: "file-unreadable",
      ...(isDirectory ? { hint: "Give the path of the object file itself" } : { cause }),
    });
  }
}
