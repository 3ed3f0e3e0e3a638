/**
 * Reads an object file once, as it will be loaded, with the path that it really has.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import {
  cannotReadObject,
  checkObjectKind,
  MAX_OBJECT_FILE,
  objectTooLarge,
} from "../../core/program/object_file.ts";

/** A file as it was read. */
export interface ObjectFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Absolute, with links resolved. */
  readonly realPath: string;
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
    if (length > MAX_OBJECT_FILE) throw objectTooLarge(path, length);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
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
  checkObjectKind(path, Deno.statSync(path));
  const realPath = realPathOf(path);
  using file = Deno.openSync(realPath);
  const opened = file.statSync();
  checkObjectKind(path, opened);
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
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw cannotReadObject(path, cause);
  }
}
