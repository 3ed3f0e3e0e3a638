/**
 * Writes files so that they are whole, and lasting where that is asked for.
 *
 * @module
 */

/** The folder of a path that begins with a slash. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Makes new names in a folder lasting. */
export function syncFolder(path: string): void {
  using folder = Deno.openSync(path, { read: true });
  folder.syncSync();
}

/** Writes all bytes: one call may take fewer. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Permissions of the file, less those that the process masks. @default 0o666 */
  readonly mode?: number;
  /** True when its content is to outlast a crash once it has its name. @default false */
  readonly isSynced?: boolean;
}

/** Writes a file beside its place and moves it there: a reader sees all of it or nothing. */
export function replaceFile(
  path: string,
  bytes: Uint8Array,
  { mode = 0o666, isSynced = false }: ReplaceOptions = {},
): void {
  // no longer than the name itself may be, and hidden from who lists the folder
  const building = `${path.slice(0, path.lastIndexOf("/") + 1)}.${crypto.randomUUID()}.tmp`;
  try {
    {
      using file = Deno.openSync(building, { createNew: true, write: true, mode });
      writeAll(file, bytes);
      if (isSynced) file.syncSync();
    }
    Deno.renameSync(building, path);
  } catch (error) {
    try {
      Deno.removeSync(building);
    } catch {
      // it never came to be
    }
    throw error;
  }
}
