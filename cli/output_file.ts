/**
 * Files that commands write.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../core/errors.ts";
import { replaceFile } from "../core/files/write.ts";

/**
 * Writes a file: as a whole or not at all, so that nobody reads half of it. What is no regular file,
 * such as a pipe, is written in place; so is a file whose folder this process may not write to.
 *
 * @throws {BpfmanError} When it cannot be written.
 */
export function writeOutputFile(path: string, bytes: Uint8Array): void {
  try {
    if (isSpecial(path) || !replace(path, bytes)) Deno.writeFileSync(path, bytes);
  } catch (cause) {
    if (isClosed(cause)) throw closed(path);
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const isMissing = cause instanceof Deno.errors.NotFound;
    const why = isMissing ? "its folder does not exist" : "it is not writable";
    throw new BpfmanError(`Cannot write "${path}": ${why}`, {
      code: "file-unwritable",
      ...(isMissing ? { kind: ErrorKind.NOT_FOUND } : { cause }),
    });
  }
}

/** True for what Deno opens only for a program that may do everything, whatever it may write. */
function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable && error.message.includes("all access");
}

function closed(path: string): BpfmanError {
  return new BpfmanError(`Cannot write "${path}": it is in /dev, /proc or /sys`, {
    code: "file-unwritable",
    hint: "Name a file in another folder",
  });
}

/** Puts a new file in the place of an old one; false where only the file itself may be written. */
function replace(path: string, bytes: Uint8Array): boolean {
  try {
    replaceFile(path, bytes);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

function isSpecial(path: string): boolean {
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    // it is made anew
    return false;
  }
}
