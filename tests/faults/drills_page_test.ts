import { ok } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";

/** Rows of the table of drills: what, file, words of the test. */
function drills(): string[][] {
  const page = Deno.readTextFileSync(`${ROOT}docs/reliability.md`);
  const lines = page.slice(page.indexOf("## Drills")).split("\n");
  return lines.filter((line) => line.includes("`tests/") && line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")));
}

Deno.test("every drill of docs/reliability.md names a test that is there", () => {
  const rows = drills();
  ok(rows.length >= 14, `only ${rows.length} drills`);
  for (const [what, file, name = ""] of rows) {
    const text = Deno.readTextFileSync(`${ROOT}${file}`);
    ok(name !== "" && text.includes(name), `"${what}": no test "${name}" in ${file}`);
  }
});
