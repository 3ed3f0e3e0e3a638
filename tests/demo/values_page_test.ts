import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { readObject } from "../../bytecode-tools/mod.ts";
import { planGlobals } from "../../core/program/globals.ts";
import { fixture } from "../support/corpus.ts";

const PAGE = Deno.readTextFileSync(new URL("../../docs/program-types.md", import.meta.url));

/** Lines of the table of examples: variable, text, and what is in memory. */
const EXAMPLES = [...PAGE.matchAll(/^\| `-g (\w+)=(\S+)` +\| \d +\| (.+?) +\|$/gm)]
  .map(([, name = "", text = "", result = ""]) => ({ name, text, result }));

function bytesOf(name: string, text: string): string {
  const bytes = fixture("typed_globals");
  const source = { bytes, globals: readObject(bytes).globals };
  return planGlobals(source, { [name]: text }).bytes[name]?.toHex() ?? "";
}

Deno.test("docs/program-types.md: the examples of globals give the bytes that it shows", () => {
  ok(EXAMPLES.length >= 15, `only ${EXAMPLES.length} examples were found`);
  for (const { name, text, result } of EXAMPLES) {
    if (result.startsWith("refused")) {
      throws(() => bytesOf(name, text), /is the value with the bytes .* or the bytes/, text);
      continue;
    }
    deepStrictEqual(bytesOf(name, text), result.replaceAll(/[` ]/g, ""), `${name}=${text}`);
  }
});

Deno.test("docs/program-types.md: the object of the examples is a fixture", () => {
  const names = readObject(fixture("typed_globals")).globals.map(({ name }) => name);
  const shown = [...PAGE.matchAll(/^const volatile .*?(\w+)(?:\[\d+\])? = /gm)]
    .map(([, name]) => name);
  deepStrictEqual(shown.toSorted(), names.toSorted());
});
