/**
 * Loads test files into one process, one after the other: `deno test` starts each file afresh, and
 * in emulation it takes seconds of the processor to load and to warm up what all of them share.
 *
 *     deno test -A tests/vm/together.ts -- FILE...
 *
 * @module
 */
import { enterTestFile } from "../support/test_file.ts";

for (const file of Deno.args) {
  const { href } = new URL(file, `file://${Deno.cwd()}/`);
  enterTestFile(href);
  await import(href);
}
