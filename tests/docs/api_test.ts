import { strictEqual, throws } from "node:assert/strict";
import { apiPage, firstSentence, withLists } from "../tools/api_reference.ts";
import { readPage } from "./pages.ts";

Deno.test("docs/api.md lists what the modules export", async () => {
  const now = readPage("docs/api.md");
  strictEqual(await apiPage(now), now, "run: deno task generate");
});

Deno.test("firstSentence() ends where a sentence does, and keeps versions whole", () => {
  strictEqual(firstSentence("Opens it (6.1 or newer). Nothing\nelse."), "Opens it (6.1 or newer)");
  strictEqual(firstSentence("Like {@linkcode load}: all\nor none. x"), "Like `load`");
  strictEqual(firstSentence("a | b"), "a \\| b");
});

Deno.test("withLists() refuses a page without marks", () => {
  throws(() => withLists("# API\n", "x"), /no mark/);
});
