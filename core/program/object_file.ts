/**
 * The file of an object: what can be one, and what is wrong with one that cannot be read.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";

/** Most bytes of an object; the gate of the bytecode tools has the same limit. */
export const MAX_OBJECT_FILE: number = 16 * 1024 * 1024;

/** The error for a file of too many bytes. */
export function objectTooLarge(path: string, size: number): BpfmanError {
  return new BpfmanError(
    `Cannot load "${path}": it has ${size} bytes: at most ${MAX_OBJECT_FILE} are read`,
    { code: "object-too-large" },
  );
}

/** Refuses what would be read for ever, or for nothing. */
export function checkObjectFile(path: string): void {
  checkObjectKind(path, Deno.statSync(path));
}

/** The same of a file that was looked at. */
export function checkObjectKind(
  path: string,
  { isFile, isDirectory, isFifo, size }: Deno.FileInfo,
): void {
  if (isDirectory) throw new Deno.errors.IsADirectory(path);
  if (isFile && size > MAX_OBJECT_FILE) throw objectTooLarge(path, size);
  if (isFile || isFifo) return;
  throw new BpfmanError(`Cannot read object file "${path}": it is not an ordinary file`, {
    code: "file-unreadable",
  });
}

/** The error for a file that could not be opened or read, in words. */
export function cannotReadObject(path: string, cause: unknown): BpfmanError {
  if (cause instanceof BpfmanError) return cause;
  if (cause instanceof Deno.errors.NotFound) {
    return new BpfmanError(`Object file "${path}" does not exist`, {
      code: "file-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: "Give the path of a compiled object, such as ./program.bpf.o",
    });
  }
  const isDirectory = cause instanceof Deno.errors.IsADirectory ||
    String(cause).includes("Is a directory");
  const why = isDirectory ? "it is a directory" : "it is not readable";
  return new BpfmanError(`Cannot read object file "${path}": ${why}`, {
    code: "file-unreadable",
    ...(isDirectory ? { hint: "Give the path of the object file itself" } : { cause }),
  });
}

/**
 * Reads an object file.
 *
 * @throws {BpfmanError} When it is not there, not readable, or no file.
 */
export function readObjectFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    checkObjectFile(path);
    return Deno.readFileSync(path);
  } catch (cause) {
    throw cannotReadObject(path, cause);
  }
}
