/**
 * Looks at files that may not be there.
 *
 * @module
 */

/** What is found, or undefined where nothing has that name; every other failure is thrown. */
export function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** True when a file or folder is there; a link counts by what it leads to. */
export function isThere(path: string): boolean {
  return ifThere(() => Deno.statSync(path)) !== undefined;
}

/** True when a folder is there; a link counts by what it leads to. */
export function isFolder(path: string): boolean {
  return ifThere(() => Deno.statSync(path))?.isDirectory === true;
}

/** True when something has that name, and be it a link that leads nowhere. */
export function isTaken(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== undefined;
}

/**
 * Removes what has that name; that nothing has it is fine.
 *
 * @returns True when there was something.
 */
export function removeIfThere(path: string, options: Deno.RemoveOptions = {}): boolean {
  return ifThere(() => (Deno.removeSync(path, options), true)) === true;
}

/** What is in a folder; nothing when there is no folder. */
export function entriesIn(folder: string): Deno.DirEntry[] {
  return ifThere(() => [...Deno.readDirSync(folder)]) ?? [];
}
