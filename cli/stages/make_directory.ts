/**
 * Directories that are made before the jail, which allows none outside of those that are there.
 *
 * @module
 */

/**
 * Makes a directory and those above it. A failure is told by whoever writes there.
 *
 * @param path Its path.
 * @param mode Its mode.
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode });
  } catch {
    // whoever writes there says what is wrong
  }
}
