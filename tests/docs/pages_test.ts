/**
 * Every page: its links lead somewhere, its commands are commands, its data can be read, and each of
 * its blocks is of a kind that somebody checks.
 *
 * @module
 */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { parse as parseToml } from "smol-toml";
import { parseAllDocuments } from "yaml";
import { parseJsonc } from "../support/golden.ts";
import { commandsInBlocks, commandsInText, parseCommand, readCommand } from "./our_commands.ts";
import { anchorsOf, type Block, blocksOf, findPages, linksOf, readPage, ROOT } from "./pages.ts";

const PAGES = findPages();

function readYaml(code: string): void {
  for (const { errors } of parseAllDocuments(code)) deepStrictEqual(errors, []);
}

/** Kinds of blocks, and how each is read. Shell, C and TypeScript have tests of their own. */
const READERS: Readonly<Record<string, (code: string) => unknown>> = {
  c: () => undefined,
  console: () => undefined,
  ini: () => undefined,
  sh: () => undefined,
  text: () => undefined,
  ts: () => undefined,
  json: JSON.parse,
  jsonc: parseJsonc,
  toml: parseToml,
  yaml: readYaml,
};

function place(page: string, { line }: Block): string {
  return `${page}:${line}`;
}

/** What a reader says against a text, or undefined. */
function complaint(read: (text: string) => unknown, text: string): string | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

for (const page of PAGES) {
  Deno.test(`${page}: each block is of a known kind, and its data can be read`, () => {
    const wrong = blocksOf(readPage(page)).flatMap((block) => {
      const read = READERS[block.kind];
      if (read === undefined) return [`${place(page, block)}: unknown kind "${block.kind}"`];
      const said = complaint(read, block.code);
      return said === undefined ? [] : [`${place(page, block)}: ${said}`];
    });
    deepStrictEqual(wrong, []);
  });

  Deno.test(`${page}: its links lead to files and headings that exist`, () => {
    const folder = new URL(page, `file://${ROOT}`);
    const inside = linksOf(readPage(page)).filter((target) => !/^[a-z]+:/.test(target));
    const wrong = inside.filter((target) => {
      const url = new URL(target, folder);
      const file = target.startsWith("#") ? `${ROOT}${page}` : url.pathname;
      if (complaint(Deno.statSync, file) !== undefined) return true;
      const anchor = url.hash.slice(1);
      return anchor !== "" && !anchorsOf(Deno.readTextFileSync(file)).has(anchor);
    });
    deepStrictEqual(wrong, []);
  });

  Deno.test(`${page}: its commands are those of the tool`, async () => {
    const text = readPage(page);
    const wrong: string[] = [];
    for (const words of commandsInBlocks(text)) {
      await parseCommand(words).catch((error) => wrong.push(`${words.join(" ")}: ${error}`));
    }
    for (const words of commandsInText(text)) {
      await readCommand(words).catch((error) =>
        wrong.push(`in text: ${words.join(" ")}: ${error}`)
      );
    }
    deepStrictEqual(wrong, []);
  });

  Deno.test(`${page}: the tasks it names exist`, () => {
    const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
    const named = [
      ...readPage(page).matchAll(/deno(?:@[\d.]+)? task ([a-z]+(?:[:-][a-z]+)*)/g),
    ].map(([, name]) => name ?? "");
    deepStrictEqual(named.filter((name) => !Object.hasOwn(tasks, name)), []);
  });
}

Deno.test("the pages are found, and commands and links in them", () => {
  ok(PAGES.includes("README.md") && PAGES.includes("docs/cli.md"));
  ok(commandsInBlocks(readPage("docs/cli.md")).length > 140);
  ok(commandsInBlocks(readPage("README.md")).length >= 8);
  ok(linksOf(readPage("README.md")).length >= 20);
});

Deno.test("a command that does not exist, and one with a wrong value, are seen", async () => {
  const page = [
    "```sh",
    "sudo bpfman lst programs | head -1 # a comment",
    'X=$(bpfman attach 63 xdp --iface "$IF" --priority high)',
    "ip netns exec blue bpfman list links >/dev/null 2>&1 && bpfman get program ID",
    "```",
    "and `bpfman list --no-such-option`",
  ].join("\n");
  const [first = [], second = [], third = [], fourth = [], ...others] = commandsInBlocks(page);
  deepStrictEqual(others, []);
  await rejects(parseCommand(first), /Unknown command "lst"/);
  await rejects(parseCommand(second), /priority/);
  await parseCommand(third);
  await parseCommand(fourth);
  const [inText = []] = commandsInText(page);
  await rejects(readCommand(inText), /Unknown option "--no-such-option"/);
  await readCommand(["attach", "xdp"]);
  await rejects(readCommand(["get", "link", "--verbose"]), /Missing argument LINK-ID/);
});

Deno.test("anchorsOf() names headings as GitHub does", () => {
  const names = [...anchorsOf("# The `-A` flag, twice\n## A\n```sh\n# no heading\n```\n## A\n")];
  deepStrictEqual(names, ["the--a-flag-twice", "a", "a-1"]);
  strictEqual(blocksOf("- x\n  ```sh\n  ls\n  ```\n")[0]?.code, "ls\n");
});
