/**
 * Who runs the shell blocks of the pages. A block that prints what a command prints (`console`) is
 * always run. Of the two pages that strangers begin with, every other block is run as well, here or by
 * somebody who is named.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { blocksOf, findPages, readPage, ROOT } from "./pages.ts";

/** Tests that run the console blocks of a page and compare the output. */
const RUN_BY: Readonly<Record<string, string>> = {
  "README.md": "tests/demo/readme_test.ts",
  "docs/declared.md": "tests/demo/declared_page_test.ts",
  "docs/manifests.md": "tests/demo/manifests_page_test.ts",
  "docs/output.md": "tests/docs/output_page_test.ts",
  "docs/policy.md": "tests/demo/policy_page_test.ts",
  "docs/quick-start.md": "tests/demo/readme_test.ts",
};

/** Pages whose console blocks are pictures, with the reason; their commands are parsed like all. */
const PICTURES: Readonly<Record<string, string>> = {
  "docs/signatures.md": "digests, key ids and dates are cut; tests/signatures holds what " +
    "these commands print",
};

/** Pages of which every shell block is run. */
const WHOLE_PAGES: readonly string[] = ["README.md", "docs/quick-start.md"];

/** A line that is not run here: who does, the words there that show it, and why not here. */
interface Elsewhere {
  readonly by: string;
  readonly words: string;
  readonly reason: string;
}

const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  "npx -y deno@2.9.5 run -A mod.ts --help": {
    by: ".ci/run",
    words: "npx -y deno@2.9.5 task",
    reason: "npm fetches this Deno; the line above runs the same with the Deno that is here",
  },
  "deno task install": {
    by: "tests/cli/clean_debian_test.ts",
    words: "await install(words)",
    reason: "it writes below /usr/local; there it writes into a folder",
  },
  "deno task package:deb": {
    by: "tests/cli/clean_debian_test.ts",
    words: "await makeDeb(",
    reason: "it takes long; there it is made once, and installed",
  },
  "deno task compile": {
    by: "tests/cli/clean_debian_test.ts",
    words: "await compile(options)",
    reason: "it takes long, and is part of the two above",
  },
  "npx -y deno@2.9.5 task demo": {
    by: "tests/demo/demo_test.ts",
    words: `new URL("./demo.ts"`,
    reason: "it installs packages; the demo itself has a test of its own",
  },
  "npx -y deno@2.9.5 task test": {
    by: ".ci/run",
    words: "npx -y deno@2.9.5 task test",
    reason: "it would run itself",
  },
};

/** The commands of a block, one a line, without comments. */
function linesOf(code: string): string[] {
  return code.split("\n").map((line) => line.replace(/(?:^|\s+)#.*$/, "").trim())
    .filter((line) => line !== "");
}

function shellLines(page: string): string[] {
  return blocksOf(readPage(page)).filter(({ kind }) => kind === "sh")
    .flatMap(({ code }) => linesOf(code));
}

Deno.test("the console blocks of every page are run by a test that names it, or said to be pictures", () => {
  const pages = findPages().filter((page) =>
    blocksOf(readPage(page)).some(({ kind }) => kind === "console")
  );
  for (const [page, reason] of Object.entries(PICTURES)) console.log(`${page}: not run: ${reason}`);
  deepStrictEqual(pages, [...Object.keys(RUN_BY), ...Object.keys(PICTURES)].sort());
  for (const [page, file] of Object.entries(RUN_BY)) {
    const test = Deno.readTextFileSync(`${ROOT}${file}`);
    ok(test.includes(page), `${file} does not name ${page}`);
    ok(/\b(?:readExamples|runTour)\(/.test(test), `${file} runs no examples`);
  }
});

for (const page of WHOLE_PAGES) {
  Deno.test(`${page}: each line of its other shell blocks is run, here or by somebody`, async () => {
    for (const line of shellLines(page)) {
      const other = ELSEWHERE[line];
      if (other !== undefined) {
        console.log(`${page}: "${line}" is run by ${other.by}: ${other.reason}`);
        continue;
      }
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", `deno() { '${Deno.execPath()}' "$@"; }\n${line}`],
        cwd: ROOT,
        stdin: "null",
      }).output();
      strictEqual(code, 0, `${page}: ${line}\n${new TextDecoder().decode(stderr)}`);
    }
  });
}

Deno.test("whoever is said to run a line does, and each such line is on a page", () => {
  const lines = WHOLE_PAGES.flatMap(shellLines);
  for (const [line, { by, words }] of Object.entries(ELSEWHERE)) {
    ok(lines.includes(line), `no page has "${line}"`);
    ok(Deno.readTextFileSync(`${ROOT}${by}`).includes(words), `${by} does not have "${words}"`);
  }
});
