import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { parseNotes } from "../tools/results.ts";

const TOGETHER = new URL("together.ts", import.meta.url).pathname;
const REQUIRES = new URL("../support/requires.ts", import.meta.url).href;

/** Runs two test files in one process; the second has this line, and the state of the first. */
async function runTwo(line: string) {
  const folder = Deno.makeTempDirSync();
  try {
    const needing = (name: string) =>
      `import { kernelTest } from "${REQUIRES}"; kernelTest("${name}", [], () => {});`;
    Deno.writeTextFileSync(`${folder}/a_test.ts`, `globalThis.seen = 1; ${needing("of a")}`);
    Deno.writeTextFileSync(`${folder}/b_test.ts`, `${needing("of b")} ${line}`);
    const args = ["test", "-A", "--no-check", TOGETHER, "--", "a_test.ts", "b_test.ts"];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: folder,
      env: { BPFMAN_TEST_REPORT: `${folder}/notes.jsonl`, NO_COLOR: "1" },
    }).output();
    const notes = Deno.readTextFileSync(`${folder}/notes.jsonl`);
    return {
      code,
      output: new TextDecoder().decode(stdout),
      notes: parseNotes(notes, `${folder}/`).map(({ file, test }) => [file, test]),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("together.ts runs the tests of all files in one process, and each keeps its file", async () => {
  const { code, output, notes } = await runTwo(
    `Deno.test("own", () => { if (globalThis.seen !== 1) throw new Error("another process"); });`,
  );
  strictEqual(code, 0, output);
  match(output, /3 passed \| 0 failed/);
  deepStrictEqual(notes, [["a_test.ts", "of a"], ["b_test.ts", "of b"]]);
});

Deno.test("together.ts fails when a file cannot be loaded, or one of its tests fails", async () => {
  for (const line of ["throw new Error('broken');", "Deno.test('no', () => { throw 'no'; });"]) {
    const { code, output } = await runTwo(line);
    strictEqual(code, 1, output);
  }
});
