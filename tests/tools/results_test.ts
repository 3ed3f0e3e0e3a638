import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import type { TestCase } from "./junit.ts";
import {
  countOf,
  emptyRuns,
  joinParts,
  judge,
  parseNotes,
  type RawRun,
  type RunResult,
} from "./results.ts";

function testCase(name: string, outcome: TestCase["outcome"]): TestCase {
  return { file: "core/a_test.ts", name, outcome, seconds: 0.1 };
}

/** A run of one file in which everything is in order, with changes. */
function rawRun(changes: Partial<RawRun>): RawRun {
  return {
    cases: [testCase("a", "passed")],
    notes: [],
    files: ["core/a_test.ts"],
    exitCode: 0,
    isFiltered: false,
    ...changes,
  };
}

/** "outcome: detail" of each result. */
function verdicts(run: RawRun): string[] {
  return judge(run).map(({ outcome, detail }) => `${outcome}: ${detail}`);
}

Deno.test("judge() passes what passed", () => {
  deepStrictEqual(verdicts(rawRun({})), ["passed: "]);
});

Deno.test("judge() gives a skip its recorded reason", () => {
  const run = rawRun({
    cases: [{ ...testCase("a", "skipped"), file: "tests/support/requires.ts" }],
    notes: [{ test: "a", file: "core/a_test.ts", skip: "it needs root" }],
  });
  deepStrictEqual(verdicts(run), ["skipped: it needs root"]);
});

Deno.test("judge() fails a skip without a reason", () => {
  const run = rawRun({ cases: [testCase("a", "skipped")] });
  deepStrictEqual(verdicts(run), ["failed: it was skipped without a reason"]);
});

Deno.test("judge() leaves filtered tests out only when a filter was given", () => {
  const cases = [testCase("a", "filtered")];
  deepStrictEqual(verdicts(rawRun({ cases, isFiltered: true })), []);
  deepStrictEqual(verdicts(rawRun({ cases })), ["failed: it did not run"]);
});

Deno.test("judge() fails a file that reported nothing", () => {
  const run = rawRun({ files: ["core/a_test.ts", "core/b_test.ts"], exitCode: 1 });
  const [, silent] = judge(run);
  strictEqual(silent?.file, "core/b_test.ts");
  strictEqual(silent?.outcome, "failed");
});

Deno.test("judge() fails a run that wrote no report", () => {
  match(verdicts(rawRun({ cases: undefined, exitCode: 139 })).join(), /no report.*exit code 139/);
});

Deno.test("judge() tells what the kernel said last of a run that wrote no report", () => {
  const first = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");
  const console = `${first}\n\nOut of memory: Killed process 107 (deno)\n`;
  const [test] = judge(rawRun({ cases: undefined, exitCode: 137, console }));
  match(test?.detail ?? "", /exit code 137\nkernel: line 61\n/);
  match(test?.detail ?? "", /\nkernel: Out of memory: Killed process 107 \(deno\)$/);
});

Deno.test("judge() fails a bad exit code that no failed test explains", () => {
  match(verdicts(rawRun({ exitCode: 1 }))[1] ?? "", /failed: it ended with exit code 1/);
  const explained = rawRun({ exitCode: 1, cases: [testCase("a", "failed")] });
  strictEqual(judge(explained).length, 1);
});

Deno.test("judge() tells tests of one name in two files apart", () => {
  const helper = "tests/support/requires.ts";
  const run = rawRun({
    cases: [
      { ...testCase("same", "passed"), file: helper },
      { ...testCase("same", "skipped"), file: helper },
    ],
    files: ["x/a_test.ts", "x/b_test.ts"],
    notes: [
      { test: "same", file: "x/a_test.ts", skip: undefined },
      { test: "same", file: "x/b_test.ts", skip: "old kernel" },
    ],
  });
  deepStrictEqual(judge(run).map(({ file, outcome }) => `${file} ${outcome}`), [
    "x/a_test.ts passed",
    "x/b_test.ts skipped",
  ]);
});

Deno.test("parseNotes() reads JSON lines and refuses others", () => {
  const lines = [
    '{"test":"a","file":"file:///home/x/core/a_test.ts","skip":"old kernel"}',
    '{"test":"b","file":"file:///home/x/core/b_test.ts"}',
    "",
  ];
  deepStrictEqual(parseNotes(lines.join("\n"), "/home/x/"), [
    { test: "a", file: "core/a_test.ts", skip: "old kernel" },
    { test: "b", file: "core/b_test.ts", skip: undefined },
  ]);
  throws(() => parseNotes('{"test":"a"}\n', "/"), /Cannot read the report line/);
});

Deno.test("countOf() counts by outcome", () => {
  const outcomes = ["passed", "failed", "skipped", "passed", "passed", "failed"] as const;
  const tests = outcomes.map((outcome) => ({ file: "f", name: "n", outcome, detail: "" }));
  deepStrictEqual(countOf(tests), { passed: 3, failed: 2, skipped: 1 });
});

Deno.test("emptyRuns() finds a run in which every test was skipped", () => {
  const skipped: RunResult = {
    ring: "kernel",
    place: "host",
    seconds: 1,
    tests: [{ file: "f", name: "n", outcome: "skipped", detail: "it needs root" }],
  };
  const passed: RunResult = {
    ...skipped,
    ring: "unit",
    tests: [{ file: "f", name: "n", outcome: "passed", detail: "" }],
  };
  deepStrictEqual(emptyRuns([passed, skipped], false), [skipped]);
  deepStrictEqual(emptyRuns([passed, { ...skipped, tests: [] }], true), []);
  strictEqual(emptyRuns([{ ...skipped, tests: [] }], true).length, 1);
});

Deno.test("joinParts() has the tests of all parts and the time of the longest", () => {
  const part = (name: string, seconds: number): RunResult => ({
    ring: "kernel",
    place: "host",
    seconds,
    tests: [{ file: "a_test.ts", name, outcome: "passed", detail: "" }],
  });
  const joined = joinParts([part("first", 3), part("second", 7)]);
  strictEqual(joined.seconds, 7);
  deepStrictEqual(joined.tests.map(({ name }) => name), ["first", "second"]);
});
