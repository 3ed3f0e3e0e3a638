/**
 * Every case below `cases/` is a folder: `case.jsonc` says what is run, `stdout.out` and
 * `stderr.out` what it must print (no file: nothing). `GOLDEN_UPDATE=1` writes the files instead;
 * read the difference before you keep it.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { matchesGolden, parseJsonc } from "../support/golden.ts";

const CASES = new URL("cases/", import.meta.url);
const ENTRIES = {
  fake: new URL("../support/fake_cli.ts", import.meta.url).pathname,
  real: new URL("../../cli/main.ts", import.meta.url).pathname,
} as const;

/** One case as its file says it. */
interface GoldenCase {
  /** `fake` has a manager that needs no kernel. @default "fake" */
  readonly entry?: keyof typeof ENTRIES;
  readonly args: readonly string[];
  /** Further spellings that must do exactly the same. */
  readonly same?: readonly (readonly string[])[];
  /** @default 0 */
  readonly exitCode?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const KEYS = ["entry", "args", "same", "exitCode", "env"];

function readCase(folder: URL): GoldenCase {
  const parsed = parseJsonc(Deno.readTextFileSync(new URL("case.jsonc", folder))) as GoldenCase;
  for (const key of Object.keys(parsed)) equal(KEYS.includes(key), true, `unknown key ${key}`);
  return parsed;
}

/** Runs the tool once, with nothing of this process's environment that could change its output. */
async function runTool(test: GoldenCase, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ENTRIES[test.entry ?? "fake"], ...args],
    env: {
      NO_COLOR: "1",
      BPFMAN_DEBUG: "",
      BPFMAN_LOCK_TIMEOUT: "",
      BPFMAN_REGISTRY_AUTH: "",
      BPFMAN_RUNTIME_DIR: "",
      SOURCE_DATE_EPOCH: "",
      ...test.env,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function readExpected(folder: URL, name: string): string {
  try {
    return Deno.readTextFileSync(new URL(name, folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function update(folder: URL, name: string, text: string): void {
  const url = new URL(name, folder);
  // Wildcards that still fit stay.
  if (matchesGolden(readExpected(folder, name), text)) return;
  if (text !== "") Deno.writeTextFileSync(url, text);
  else if (readExpected(folder, name) !== "") Deno.removeSync(url);
}

function check(folder: URL, name: string, actual: string): void {
  const expected = readExpected(folder, name);
  // Equal texts need no pattern; others are shown side by side.
  if (!matchesGolden(expected, actual)) equal(`${name}\n${actual}`, `${name}\n${expected}`);
}

async function runCase(folder: URL): Promise<void> {
  const test = readCase(folder);
  for (const args of [test.args, ...test.same ?? []]) {
    const { code, stdout, stderr } = await runTool(test, args);
    equal(code, test.exitCode ?? 0, `exit code of ${args.join(" ")}: ${stderr}`);
    if (Deno.env.get("GOLDEN_UPDATE") === "1" && args === test.args) {
      update(folder, "stdout.out", stdout);
      update(folder, "stderr.out", stderr);
    }
    check(folder, "stdout.out", stdout);
    check(folder, "stderr.out", stderr);
  }
}

for (const area of [...Deno.readDirSync(CASES)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  const folder = new URL(`${area.name}/`, CASES);
  for (const { name } of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    Deno.test(`golden: ${area.name}/${name}`, () => runCase(new URL(`${name}/`, folder)));
  }
}
