/**
 * What a run of tests gave: outcomes joined with the reasons of skips, and faults of the run itself.
 *
 * @module
 */

import type { TestCase } from "./junit.ts";
import type { Place, Ring } from "./rings.ts";

/** The result of one test at one place. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What a failure says, or the reason of a skip. */
  readonly detail: string;
}

/** The results of one `deno test`. */
export interface RunResult {
  readonly ring: Ring;
  readonly place: Place;
  readonly seconds: number;
  readonly tests: readonly TestResult[];
}

/** What one `deno test` left behind. */
export interface RawRun {
  /** The cases of its report; undefined when it wrote none. */
  readonly cases: readonly TestCase[] | undefined;
  /** Reasons by test name. */
  readonly reasons: ReadonlyMap<string, string>;
  /** The files that it was told to run. */
  readonly files: readonly string[];
  readonly exitCode: number;
  /** True when a filter left tests out on purpose. */
  readonly isFiltered: boolean;
}

/** Reads the lines that `kernelTest` writes; the last reason of a name counts. */
export function parseReasons(jsonl: string): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const line of jsonl.split("\n").filter((text) => text !== "")) {
    const { test, skip } = JSON.parse(line) as { test?: unknown; skip?: unknown };
    if (typeof test !== "string" || typeof skip !== "string") {
      throw new Error(
        `Cannot read the report line "${line}": it needs the texts "test" and "skip"`,
      );
    }
    reasons.set(test, skip);
  }
  return reasons;
}

/** Judges a run: unexplained skips, silent files and a bad exit code are failures as well. */
export function judge(run: RawRun): TestResult[] {
  if (run.cases === undefined) {
    return [fault("deno test", `it wrote no report and ended with exit code ${run.exitCode}`)];
  }
  const results = run.cases.flatMap((test) => judgeCase(test, run));
  for (const file of silentFiles(run)) {
    results.push(fault(file, "it reported no test: did the file fail to load?"));
  }
  if (run.exitCode !== 0 && results.every(({ outcome }) => outcome !== "failed")) {
    results.push(fault("deno test", `it ended with exit code ${run.exitCode}`));
  }
  return results;
}

function fault(file: string, detail: string): TestResult {
  return { file, name: "(the run itself)", outcome: "failed", detail };
}

function judgeCase(test: TestCase, run: RawRun): TestResult[] {
  const { file, name, detail = "" } = test;
  switch (test.outcome) {
    case "passed":
      return [{ file, name, outcome: "passed", detail }];
    case "failed":
      return [{ file, name, outcome: "failed", detail }];
    case "filtered":
      if (run.isFiltered) return [];
      return [{ file, name, outcome: "failed", detail: "it did not run" }];
    case "skipped": {
      const reason = run.reasons.get(name);
      if (reason !== undefined) return [{ file, name, outcome: "skipped", detail: reason }];
      return [{ file, name, outcome: "failed", detail: "it was skipped without a reason" }];
    }
  }
}

/** The files without a single test in the report. */
function silentFiles(run: RawRun): string[] {
  const reported = new Set(run.cases?.map(({ file }) => file));
  return run.files.filter((file) => !reported.has(file));
}

/** Numbers of tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts results. */
export function countOf(tests: readonly TestResult[]): Counts {
  const of = (wanted: TestResult["outcome"]): number =>
    tests.filter(({ outcome }) => outcome === wanted).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

/** What is wrong with the runs as a whole: a run in which no test ran proves nothing. */
export function emptyRuns(runs: readonly RunResult[], isFiltered: boolean): RunResult[] {
  const idle = runs.filter(({ tests }) => tests.every(({ outcome }) => outcome === "skipped"));
  // A filter may well leave nothing for some run, but not for all of them.
  return isFiltered && idle.length < runs.length ? [] : idle;
}
