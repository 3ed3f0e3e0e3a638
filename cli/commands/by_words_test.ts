import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { commandsOf, FREQUENT_WORDS } from "./by_words.ts";
import { COMMANDS } from "./mod.ts";

/**
 * True when a spelling and a beginning of words may be of the same command line. Of two spellings the
 * longer one is meant: a beginning that is a spelling itself makes shorter ones none of its own.
 */
function canMeet(path: string, beginning: string): boolean {
  const [pattern, words] = [path.split(" "), beginning.split(" ")];
  const isSpelling = COMMANDS.some(({ paths, isMeant }) =>
    isMeant === undefined && paths.includes(beginning)
  );
  if (isSpelling && pattern.length < words.length) return false;
  return words.every((word, at) => {
    const wanted = pattern[at];
    return wanted === undefined || wanted === word || wanted === wanted.toUpperCase();
  });
}

Deno.test("commandsOf() gives every command that frequent words may mean, in the order of all", async () => {
  for (const beginning of FREQUENT_WORDS) {
    const found = await commandsOf(beginning.split(" "));
    const meant = COMMANDS.filter(({ paths }) => paths.some((path) => canMeet(path, beginning)));
    ok(meant.length > 0, beginning);
    deepStrictEqual(meant.filter((command) => !found.includes(command)), [], beginning);
    deepStrictEqual(found, COMMANDS.filter((command) => found.includes(command)), beginning);
    ok(found.length < COMMANDS.length / 4, beginning);
  }
});

Deno.test("commandsOf() gives all commands for all other words", async () => {
  for (const words of [[], ["list"], ["get"], ["list", "images"], ["lod"], ["program", "load"]]) {
    strictEqual(await commandsOf(words), COMMANDS, words.join(" "));
  }
});
