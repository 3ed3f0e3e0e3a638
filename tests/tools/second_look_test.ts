import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { countOf, type RunResult, type TestResult } from "./results.ts";
import { filesToRepeat, joinRuns, MOST_FILES, withSecondLook } from "./second_look.ts";

function result(file: string, name: string, outcome: TestResult["outcome"]): TestResult {
  return { file, name, outcome, detail: outcome === "failed" ? `${name} broke` : "" };
}

function run(...tests: TestResult[]): RunResult {
  return { ring: "kernel", place: "host", seconds: 10, tests };
}

const FIRST = run(
  result("a_test.ts", "one", "passed"),
  result("a_test.ts", "two", "failed"),
  result("b_test.ts", "three", "failed"),
);

Deno.test("filesToRepeat() names each file with a failure once", () => {
  deepStrictEqual(filesToRepeat(FIRST, ["a_test.ts", "b_test.ts"]), ["a_test.ts", "b_test.ts"]);
  deepStrictEqual(filesToRepeat(run(result("a_test.ts", "one", "passed")), ["a_test.ts"]), []);
});

Deno.test("filesToRepeat() repeats nothing when the run itself or many files failed", () => {
  deepStrictEqual(filesToRepeat(FIRST, ["a_test.ts"]), []);
  const files = Array.from({ length: MOST_FILES + 1 }, (_, index) => `${index}_test.ts`);
  deepStrictEqual(
    filesToRepeat(run(...files.map((file) => result(file, "x", "failed"))), files),
    [],
  );
});

Deno.test("joinRuns() keeps a failure unless the test passed the second time", () => {
  const again = run(result("a_test.ts", "two", "passed"), result("b_test.ts", "three", "failed"));
  const joined = joinRuns(FIRST, again);
  deepStrictEqual(joined.tests.map(({ outcome }) => outcome), ["passed", "passed", "failed"]);
  deepStrictEqual(joined.tests.map(({ unsteady }) => unsteady), [
    undefined,
    "two broke",
    undefined,
  ]);
  strictEqual(joined.seconds, 20);
});

Deno.test("joinRuns() keeps a failure whose test was skipped or missing the second time", () => {
  const again = run(result("a_test.ts", "two", "skipped"));
  deepStrictEqual(countOf(joinRuns(FIRST, again).tests), { passed: 1, failed: 2, skipped: 0 });
});

Deno.test("joinRuns() counts what failed the second time only", () => {
  const again = run(result("a_test.ts", "one", "failed"), result("a_test.ts", "two", "passed"));
  strictEqual(countOf(joinRuns(FIRST, again).tests).failed, 2);
});

Deno.test("withSecondLook() runs only the files with failures again", async () => {
  const asked: (readonly string[])[] = [];
  const repeat = (files: readonly string[]) => {
    asked.push(files);
    return Promise.resolve(run(result("a_test.ts", "two", "passed")));
  };
  const first = run(result("a_test.ts", "two", "failed"), result("c_test.ts", "x", "passed"));
  const joined = await withSecondLook(first, ["a_test.ts", "c_test.ts"], repeat);
  deepStrictEqual([asked, countOf(joined.tests).failed], [[["a_test.ts"]], 0]);
  await withSecondLook(run(result("c_test.ts", "x", "passed")), ["c_test.ts"], repeat);
  strictEqual(asked.length, 1);
});
