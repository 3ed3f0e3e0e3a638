/**
 * Puts the files of a project on the disk.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { isTaken, removeIfThere } from "../../core/files/if_there.ts";
import type { ProjectFile } from "./project.ts";

function foreign(folder: string): BpfmanError {
  return new BpfmanError(`Cannot make project "${folder}": something of that name is there`, {
    code: "project-exists",
    hint: "Choose another name, or another --directory",
  });
}

/** Parent of a path. */
function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end === -1 ? "." : path.slice(0, end) || "/";
}

function unwritable(folder: string, cause: unknown): BpfmanError {
  const isMissing = cause instanceof Deno.errors.NotFound;
  const why = isMissing
    ? `"${parentOf(folder)}" does not exist`
    : `"${parentOf(folder)}" is not writable`;
  return new BpfmanError(`Cannot make project "${folder}": ${why}`, {
    code: "file-unwritable",
    ...(isMissing ? { kind: ErrorKind.NOT_FOUND } : { cause }),
  });
}

/**
 * Writes a project beside its place and moves it there, so that nobody finds half of it.
 *
 * @param folder Path of the folder to make; its parent exists.
 * @throws {BpfmanError} When something of that name is there, or the parent is not writable.
 */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  if (isTaken(folder)) throw foreign(folder);
  const building = `${folder}.${crypto.randomUUID()}.tmp`;
  try {
    Deno.mkdirSync(building);
    for (const { path, bytes, isExecutable } of files) {
      Deno.mkdirSync(`${building}/${parentOf(path)}`, { recursive: true });
      Deno.writeFileSync(`${building}/${path}`, bytes, { mode: isExecutable ? 0o755 : 0o644 });
    }
    // fails when somebody else was quicker, unless they made an empty folder
    Deno.renameSync(building, folder);
  } catch (cause) {
    removeIfThere(building, { recursive: true });
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw isTaken(folder) ? foreign(folder) : unwritable(folder, cause);
  }
}
