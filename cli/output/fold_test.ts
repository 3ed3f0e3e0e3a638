import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { foldText, foldValue } from "./fold.ts";
import { textWidth } from "./text_width.ts";

Deno.test("foldText() breaks lines at spaces, and long words after what parts them", () => {
  deepStrictEqual(foldText("a bb ccc dddd", 6), ["a bb", "ccc", "dddd"]);
  deepStrictEqual(foldText("syscalls/sys_enter_openat", 14), ["syscalls/sys_", "enter_openat"]);
  deepStrictEqual(foldText("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  deepStrictEqual(foldText("fits  as it is", 14), ["fits  as it is"]);
  deepStrictEqual(foldText("", 5), [""]);
});

Deno.test("foldText() loses nothing and fits any width", () => {
  const text = "tracepoint/syscalls/sys_enter_openat 日本語日本語 x https://log2025-1.example.dev";
  const signs = text.replaceAll(" ", "");
  for (let width = 2; width < 90; width++) {
    const lines = foldText(text, width);
    equal(lines.join("").replaceAll(" ", ""), signs, String(width));
    ok(lines.every((line) => textWidth(line) <= width), `${width}: ${lines.join("\n")}`);
  }
  // no room for a character that takes two columns: it is there all the same
  equal(foldText("日本", 1).join(""), "日本");
});

Deno.test("foldValue() sets further lines below the value", () => {
  const text = "one two three four five six seven";
  deepStrictEqual(foldValue("Reason: ", text, null), [`Reason: ${text}`]);
  deepStrictEqual(foldValue("Reason: ", text, 80), [`Reason: ${text}`]);
  deepStrictEqual(foldValue("Reason: ", text, 30), [
    "Reason: one two three four",
    "        five six seven",
  ]);
});

Deno.test("foldValue() leaves words whole that people copy, and narrow terminals alone", () => {
  const path = `at /run/bpfman/${"x".repeat(40)}`;
  deepStrictEqual(foldValue("Pin: ", path, 40), [`Pin: ${path}`]);
  deepStrictEqual(foldValue("Reason: ", "one two three four", 20), ["Reason: one two three four"]);
});
