import { deepStrictEqual, equal, throws } from "node:assert/strict";
import { manBody } from "./body.ts";
import { inlineLine, toAscii } from "./inline.ts";
import { parseMarkdown } from "./markdown.ts";

const PAGE = `# Title

Words of a
paragraph.

<!-- run -->

## Part

- one
  goes on
- two

1. first

| a   | b      | c    |
| --- | ------ | ---- |
| x   | y \\| z | more |
|     | again  |      |

\`\`\`sh
# not a heading
\`\`\`
`;

Deno.test("parseMarkdown() finds headings, paragraphs, lists, tables and code", () => {
  deepStrictEqual(parseMarkdown(PAGE), [
    { kind: "heading", level: 1, text: "Title" },
    { kind: "paragraph", text: "Words of a paragraph." },
    { kind: "heading", level: 2, text: "Part" },
    { kind: "list", items: [{ mark: "-", text: "one goes on" }, { mark: "-", text: "two" }] },
    { kind: "list", items: [{ mark: "1.", text: "first" }] },
    { kind: "table", rows: [["a", "b", "c"], ["x", "y | z", "more"], ["", "again", ""]] },
    { kind: "code", lines: ["# not a heading"] },
  ]);
  throws(() => parseMarkdown("```\nx"), /a code block is open/);
});

Deno.test("manBody() makes sections, entries with remarks, items and examples", () => {
  deepStrictEqual(manBody(parseMarkdown(PAGE), new Map()), [
    ".SH DESCRIPTION",
    ".PP",
    "Words of a paragraph.",
    '.SH "PART"',
    ".IP \\(bu 4",
    "one goes on",
    ".IP \\(bu 4",
    "two",
    ".IP 1. 4",
    "first",
    ".TP",
    "\\fBx\\fP",
    "y | z",
    ".br",
    "c: more",
    ".br",
    "again",
    ".PP",
    ".RS 4",
    ".nf",
    "# not a heading",
    ".fi",
    ".RE",
  ]);
});

Deno.test("inlineLine() sets code and strong words off, and leads to pages that there are", () => {
  const links = new Map([["policy.md", "bpfman-policy(5)"]]);
  equal(inlineLine("`a-b` and **all of `it`**.", links), "\\fBa\\-b\\fP and \\fBall of it\\fP.");
  equal(inlineLine("[policy.md](policy.md#keys)", links), "\\fBbpfman\\-policy\\fP(5)");
  equal(inlineLine("[rules](policy.md)", links), "rules (\\fBbpfman\\-policy\\fP(5))");
  equal(inlineLine("[chains.md](chains.md) says", links), "chains.md of the documentation says");
  equal(inlineLine("[x](https://example.com/)", links), "x (https://example.com/)");
  equal(inlineLine(".x begins no request", links), "\\&.x begins no request");
});

Deno.test("toAscii() draws pictures with signs that every terminal has", () => {
  equal(toAscii("┌─▶ a │ b …"), "+-> a | b ...");
});
