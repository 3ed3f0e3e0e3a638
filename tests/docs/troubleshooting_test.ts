/**
 * docs/troubleshooting.md and docs/security.md: the errors that they name exist, in these words.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { codeSpansOf, readPage, ROOT } from "./pages.ts";

function sourcesIn(folder: string): string {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].map(({ name, isDirectory }) => {
    if (isDirectory) return sourcesIn(`${folder}/${name}`);
    const isSource = name.endsWith(".ts") && !name.endsWith("_test.ts");
    return isSource ? Deno.readTextFileSync(`${ROOT}${folder}/${name}`) : "";
  }).join("\n");
}

/** Texts of the sources: what is written in several lines is put together, values are left out. */
const SOURCES = ["core", "cli", "ffi"].map(sourcesIn).join("\n")
  .replace(/["`]\s*\+\s*["`]/g, "").replace(/\$\{[^{}]*\}/g, "${}");

/** Rows of the tables, as cells. */
function rows(page: string): string[][] {
  return page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| --"))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** A message whose ellipses stand for what differs: values in the text of the sources. */
function pattern(message: string): RegExp {
  const parts = message.replace(/^hint: /, "").split("…");
  const escaped = parts.map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(escaped.join("[^\\n]{0,150}?"));
}

Deno.test("docs/troubleshooting.md quotes messages that the tool can print", () => {
  const quoted = rows(readPage("docs/troubleshooting.md")).flatMap(([seen = "", code = ""]) =>
    /^`[^`]+`$/.test(seen) && code.startsWith("`") ? codeSpansOf(seen) : []
  );
  ok(quoted.length >= 20, `only ${quoted.length} messages`);
  const unknown = quoted.filter((message) => !pattern(message).test(SOURCES));
  deepStrictEqual(unknown, []);
});

for (const page of ["docs/troubleshooting.md", "docs/security.md"]) {
  Deno.test(`${page}: every error code on it is one of docs/errors.md`, () => {
    const known = new Set(codeSpansOf(readPage("docs/errors.md")));
    const text = readPage(page);
    const inTables = rows(text).map(([, code = ""]) => /^`([a-z]+(?:-[a-z]+)+)`$/.exec(code)?.[1]);
    const inText = [...text.matchAll(/\(`([a-z]+(?:-[a-z]+)+)`\)/g)].map(([, code]) => code);
    const codes = [...inTables, ...inText].flatMap((code) => code ?? []);
    ok(codes.length >= 1);
    deepStrictEqual(codes.filter((code) => !known.has(code)), []);
  });
}
