/**
 * Files that commands write.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../core/errors.ts";

/**
 * Writes a file: as a whole or not at all, so that nobody reads half of it. What is no regular file,
 * such as a pipe, is written in place.
 *
 * @throws {BpfmanError} When it cannot be written.
 */
export function writeOutputFile(path: string, bytes: Uint8Array): void {
  try {
    if (isSpecial(path)) return Deno.writeFileSync(path, bytes);
    const building = `${path}.${crypto.randomUUID()}`;
    try {
      Deno.writeFileSync(building, bytes, { createNew: true });
      Deno.renameSync(building, path);
    } catch (error) {
      removeIfThere(building);
      throw error;
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const isMissing = cause instanceof Deno.errors.NotFound;
    const why = isMissing ? "its folder does not exist" : "it is not writable";
    throw new BpfmanError(`Cannot write "${path}": ${why}`, {
      code: "file-unwritable",
      ...(isMissing ? { kind: ErrorKind.NOT_FOUND } : { cause }),
    });
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

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it was never made
  }
}
