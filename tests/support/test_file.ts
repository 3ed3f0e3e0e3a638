/**
 * Which test file registers its tests, where several are loaded into one process.
 *
 * @module
 */

let current: string | undefined;

/** Says that the tests which follow are of a file, by its URL. */
export function enterTestFile(url: string): void {
  current = url;
}

/** URL of the test file that is being loaded. */
export function testFile(): string {
  return current ?? Deno.mainModule;
}
