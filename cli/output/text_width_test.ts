import { equal } from "node:assert/strict";
import { harmless, headOf, readable, tailOf, textWidth } from "./text_width.ts";

/** Texts and the columns that terminals give them. */
const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ["", 0],
  ["xdp_pass", 8],
  ["é", 1],
  ["e\u0301", 1],
  ["\u0301", 0],
  ["日本", 4],
  ["ｱ", 1],
  ["Ａ", 2],
  ["한글", 4],
  ["👍🏽", 2],
  ["👨‍👩‍👧", 2],
  ["❤", 1],
  ["❤\ufe0f", 2],
  ["a\u200bb", 2],
];

Deno.test("textWidth() counts the columns of a terminal", () => {
  for (const [text, width] of WIDTHS) equal(textWidth(text), width, JSON.stringify(text));
});

Deno.test("headOf() and tailOf() keep whole characters that fit", () => {
  equal(headOf("xdp_pass", 3), "xdp");
  equal(tailOf("xdp_pass", 4), "pass");
  equal(headOf("日本語", 5), "日本");
  equal(tailOf("日本語", 5), "本語");
  equal(headOf("e\u0301e\u0301", 1), "e\u0301");
  equal(tailOf("abc", 0), "");
  equal(headOf("abc", -1), "");
});

Deno.test("harmless() takes away what would move the cursor", () => {
  equal(harmless("a\x1b[31mb\r\n\x9bc"), "a\ufffd[31mb\ufffd\ufffd\ufffdc");
  equal(harmless("日本 e\u0301"), "日本 e\u0301");
});

Deno.test("readable() leaves lines and our own colours, and nothing else that moves or hides", () => {
  const text = "\x1b[1mLicense:\x1b[0m\tGPL\x1b[2J\x1b]0;x\x07\r\n\x9b31m\x1b[8m";
  const rest = "\tGPL\ufffd[2J\ufffd]0;x\ufffd\ufffd\n\ufffd31m\ufffd[8m";
  equal(readable(text, true), `\x1b[1mLicense:\x1b[0m${rest}`);
  equal(readable(text, false), `\ufffd[1mLicense:\ufffd[0m${rest}`);
});
