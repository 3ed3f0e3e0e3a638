/**
 * CONTRIBUTING.md: the gate does what the page says, and what it names exists.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { filesBelow, findTestFiles, RING_PATHS } from "../tools/rings.ts";
import { blocksOf, codeSpansOf, findPages, linksOf, readPage, ROOT } from "./pages.ts";
import { shellCommands } from "./shell_words.ts";

const PAGE = readPage("CONTRIBUTING.md");
const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));

function isThere(path: string): boolean {
  try {
    Deno.statSync(`${ROOT}${path}`);
    return true;
  } catch {
    return false;
  }
}

Deno.test("deno task ok runs gates, unit tests with the pages, generated files, golden cases", () => {
  const { command } = tasks.ok;
  const wanted = ["deno task gates", "deno task test:unit", "generated_test.ts", "golden_test.ts"];
  deepStrictEqual(wanted.filter((part) => !command.includes(part)), []);
  ok(filesBelow(findTestFiles(), RING_PATHS.unit).includes("tests/docs/pages_test.ts"));
  const gates = Deno.readTextFileSync(`${ROOT}tests/tools/gates.ts`);
  const parts = [`"fmt", "--check"`, `"lint"`, `"check"`, `"doc", "--lint"`, `"--dry-run"`];
  deepStrictEqual(parts.filter((part) => !gates.includes(part)), []);
});

Deno.test("CONTRIBUTING.md: the files and folders that it names exist", () => {
  const paths = codeSpansOf(PAGE).filter((text) =>
    /^(?:cli|core|ffi|bytecode-tools|tests|docs)\/[\w./-]*$/.test(text)
  );
  ok(paths.length >= 25, `only ${paths.length} paths`);
  // made when it is needed, and not committed
  const made = ["docs/inspector/inspector.js", "bytecode-tools/wasm/inspect_wasm.js"];
  deepStrictEqual(paths.filter((path) => !made.includes(path) && !isThere(path)), []);
});

Deno.test("the tests that pages tell to run exist, and their filters find one", () => {
  const commands = findPages().flatMap((page) =>
    blocksOf(readPage(page)).filter(({ kind }) => kind === "sh")
      .flatMap(({ code }) => shellCommands(code))
  ).filter((words) => words.some((word) => word.endsWith("_test.ts")));
  ok(commands.length >= 4, `only ${commands.length} commands`);
  for (const words of commands) {
    const files = words.filter((word) => word.endsWith("_test.ts"));
    deepStrictEqual(files.filter((file) => !isThere(file)), [], words.join(" "));
    const at = words.indexOf("--filter");
    const text = files.map((file) => Deno.readTextFileSync(`${ROOT}${file}`)).join("\n");
    ok(at === -1 || text.includes(words[at + 1] ?? ""), words.join(" "));
  }
});

Deno.test("every page of docs can be reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    const folder = new URL(page, "file:///");
    for (const target of linksOf(readPage(page))) {
      const path = new URL(target, folder).pathname.slice(1);
      if (path.endsWith(".md") && !target.includes("://") && isThere(path)) reached.add(path);
    }
  }
  deepStrictEqual(findPages().filter((page) => !reached.has(page)), []);
});
