import { match, ok } from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { ROOT } from "../rings.ts";

for (const [name, path] of Object.entries(config.exports)) {
  Deno.test(`the export "${name}" opens with an example that the gates run`, () => {
    const text = Deno.readTextFileSync(`${ROOT}${path}`);
    const [comment = ""] = /^\/\*\*[\s\S]*?\*\//.exec(text) ?? [];
    match(comment, /^ \* @module$/m);
    const [, , example = ""] =
      /^ \* @example (.+)\n \* ```ts\n([\s\S]*?)^ \* ```$/m.exec(comment) ??
        [];
    const specifier = `@bpfman/cli${name.slice(1)}`;
    ok(example.includes(`from "${specifier}"`), "the example imports what users import");
    match(example, /from "node:assert\/strict"/);
  });
}
