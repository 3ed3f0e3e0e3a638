/**
 * A second look at tests that failed: their files run once more, alone. What fails again is a failure;
 * what passes then is kept apart as unsteady, printed with its first failure, and waits to be mended.
 *
 * @module
 */
import type { RunResult, TestResult } from "./results.ts";

/** With more failed files than this the change is at fault, not chance: nothing is repeated. */
export const MOST_FILES = 5;

/** The files that deserve a second look; empty when none failed, or too many. */
export function filesToRepeat(run: RunResult, known: readonly string[]): string[] {
  const failed = run.tests.filter(({ outcome }) => outcome === "failed").map(({ file }) => file);
  const files = [...new Set(failed)];
  // a fault of the run itself has no file that could be repeated
  const isRepeatable = files.length <= MOST_FILES && files.every((file) => known.includes(file));
  return isRepeatable ? files : [];
}

function settle(first: TestResult, again: readonly TestResult[]): TestResult {
  if (first.outcome !== "failed") return first;
  const second = again.find(({ file, name }) => file === first.file && name === first.name);
  if (second?.outcome !== "passed") return first;
  return { ...second, unsteady: first.detail };
}

/**
 * Joins a run with its repetition.
 *
 * @param first The whole run.
 * @param again The run of the files that had failures.
 * @returns The whole run, in which a test failed only if it failed both times.
 */
export function joinRuns(first: RunResult, again: RunResult): RunResult {
  const tests = first.tests.map((test) => settle(test, again.tests));
  // what failed in the repetition only is a failure all the same
  const passed = new Set(
    first.tests.filter(({ outcome }) => outcome === "passed").map(({ file, name }) => file + name),
  );
  const fresh = again.tests.filter(({ outcome, file, name }) =>
    outcome === "failed" && passed.has(file + name)
  );
  return { ...first, seconds: first.seconds + again.seconds, tests: [...tests, ...fresh] };
}

/** Runs files that failed once more and joins the results. */
export async function withSecondLook(
  first: RunResult,
  files: readonly string[],
  repeat: (files: readonly string[]) => Promise<RunResult>,
): Promise<RunResult> {
  const wanted = filesToRepeat(first, files);
  if (wanted.length === 0) return first;
  console.log(`\nA second look on ${first.place} at ${wanted.join(", ")}`);
  return joinRuns(first, await repeat(wanted));
}
