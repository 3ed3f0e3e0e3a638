import { strictEqual } from "node:assert/strict";
import { COLOR_STYLE, PLAIN_STYLE } from "./output/style.ts";
import { colorChoice, type ColorFacts, styleFor } from "./terminal.ts";

Deno.test("colorChoice() reads --color wherever options may stand", () => {
  const table: readonly (readonly [words: string, choice: string])[] = [
    ["list programs", "auto"],
    ["list programs --color always", "always"],
    ["--color=never list programs", "never"],
    ["list programs --color NEVER", "never"],
    ["list programs --color blue", "auto"],
    ["run -- --color always", "auto"],
    ["list programs --color", "auto"],
  ];
  for (const [words, choice] of table) strictEqual(colorChoice(words.split(" ")), choice, words);
});

Deno.test("styleFor() colours for people, unless they say otherwise", () => {
  const seen: ColorFacts = {
    choice: "auto",
    isTerminal: true,
    isUnwanted: false,
    kind: () => "xterm",
  };
  const table: readonly (readonly [facts: Partial<ColorFacts>, isColored: boolean])[] = [
    [{}, true],
    [{ kind: () => undefined }, true],
    [{ kind: () => "dumb" }, false],
    [{ isUnwanted: true }, false],
    [{ isTerminal: false }, false],
    [{ choice: "never" }, false],
    [{ choice: "always", isTerminal: false }, true],
    [{ choice: "always", isUnwanted: true, kind: () => "dumb" }, true],
  ];
  for (const [facts, isColored] of table) {
    const style = styleFor({ ...seen, ...facts });
    strictEqual(style === COLOR_STYLE, isColored, JSON.stringify(facts));
    strictEqual(style === PLAIN_STYLE, !isColored, JSON.stringify(facts));
  }
});
