import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { codeBlocks, OutputMatcher, readExamples } from "./console_blocks.ts";

const PAGE = "Text\n\n```console\n$ a --b\none\n\n…\n$ c\n```\n\n```sh\nnot this\n```\n";

Deno.test("readExamples() takes commands and their output out of console blocks", () => {
  deepStrictEqual(readExamples(PAGE), [
    { command: "a --b", output: ["one", "…"] },
    { command: "c", output: [] },
  ]);
});

Deno.test("codeBlocks() gives the blocks of one language", () => {
  deepStrictEqual(codeBlocks(PAGE, "sh"), ["not this\n"]);
});

Deno.test("OutputMatcher takes other ids, as long as they are always the same", () => {
  const matcher = new OutputMatcher();
  strictEqual(matcher.mismatch(["Program ID: 3007"], ["Program ID: 12"]), undefined);
  strictEqual(matcher.mismatch(["3007        tour"], ["12  tour"]), undefined);
  match(matcher.mismatch(["3007  tour"], ["13  tour"]) ?? "", /wanted: 3007 {2}tour\nfound: {2}13/);
});

Deno.test("OutputMatcher takes no other small number and no other word", () => {
  const matcher = new OutputMatcher();
  const wanted = ["3 packets transmitted, 0 received, time 402ms"];
  strictEqual(
    matcher.mismatch(wanted, ["3 packets transmitted, 0 received, time 98ms"]),
    undefined,
  );
  match(matcher.mismatch(wanted, ["3 packets transmitted, 3 received, time 402ms"]) ?? "", /found/);
  match(matcher.mismatch(["no programs"], ["no links"]) ?? "", /found: {2}no links/);
});

Deno.test("OutputMatcher lets an ellipsis stand for any lines, also at the end", () => {
  const matcher = new OutputMatcher();
  strictEqual(matcher.mismatch(["a", "…", "d"], ["a", "b", "c", "d"]), undefined);
  strictEqual(matcher.mismatch(["a", "…"], ["a", "b"]), undefined);
  strictEqual(matcher.mismatch(["…", "d"], ["d"]), undefined);
  match(matcher.mismatch(["a", "…", "d"], ["a", "b"]) ?? "", /wanted: d\nfound: {2}\(the end\)/);
});

Deno.test("OutputMatcher finds lines too many and lines too few", () => {
  const matcher = new OutputMatcher();
  match(matcher.mismatch(["a"], ["a", "b"]) ?? "", /wanted: \(the end\)\nfound: {2}b/);
  match(matcher.mismatch(["a", "b"], ["a"]) ?? "", /wanted: b\nfound: {2}\(the end\)/);
});
