/**
 * What a run of tests gave: outcomes joined with the reasons of skips, and faults of the run itself.
 *
 * @module
 */

import type { TestCase } from "./junit.ts";
import type { Place, Ring } from "./rings.ts";

/** With more lines of a kernel's console than this, nobody finds the one that counts. */
const MOST_LINES = 40;

/** The result of one test at one place. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What a failure says, or the reason of a skip. */
  readonly detail: string;
  /** Of a test that passed when it was run a second time: what its first failure said. */
  readonly unsteady?: string;
}

/** The results of one `deno test`. */
export interface RunResult {
  readonly ring: Ring;
  readonly place: Place;
  readonly seconds: number;
  readonly tests: readonly TestResult[];
}

/**
 * Joins runs that were parts of one, at the same time and place.
 *
 * @param parts At least one.
 */
export function joinParts(parts: readonly [RunResult, ...RunResult[]]): RunResult {
  return {
    ...parts[0],
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    tests: parts.flatMap(({ tests }) => tests),
  };
}

/** What one `deno test` left behind. */
export interface RawRun {
  /** The cases of its report; undefined when it wrote none. */
  readonly cases: readonly TestCase[] | undefined;
  /** What `kernelTest` noted, in the order of registration. */
  readonly notes: readonly TestNote[];
  /** The files that it was told to run. */
  readonly files: readonly string[];
  readonly exitCode: number;
  /** What the kernel of a virtual machine printed. @default nothing */
  readonly console?: string | undefined;
  /** True when a filter left tests out on purpose. */
  readonly isFiltered: boolean;
}

/** A line of the report that `kernelTest` writes. */
export interface TestNote {
  readonly test: string;
  /** File of the test, relative to the project. */
  readonly file: string;
  /** The reason, when the test is skipped. */
  readonly skip: string | undefined;
}

/** Reads the lines that `kernelTest` writes; `root` is the project's folder. */
export function parseNotes(jsonl: string, root: string): TestNote[] {
  return jsonl.split("\n").filter((line) => line !== "").map((line) => {
    const { test, file, skip } = JSON.parse(line) as Partial<Record<string, unknown>>;
    const isSkipText = skip === undefined || typeof skip === "string";
    if (typeof test !== "string" || typeof file !== "string" || !isSkipText) {
      throw new Error(`Cannot read the report line "${line}": it needs the texts test, file, skip`);
    }
    const path = new URL(file).pathname;
    return { test, file: path.startsWith(root) ? path.slice(root.length) : path, skip };
  });
}

/**
 * Gives the tests that `kernelTest` registered their files and reasons. Deno's report says of them
 * only that they were registered in its module; tests of one name come in the order of the notes.
 */
function withNotes(run: RawRun): (TestCase & { readonly reason?: string | undefined })[] {
  const notes = [...run.notes];
  return (run.cases ?? []).map((test) => {
    if (run.files.includes(test.file)) return test;
    const index = notes.findIndex((note) => note.test === test.name);
    const [note] = index < 0 ? [] : notes.splice(index, 1);
    return note === undefined ? test : { ...test, file: note.file, reason: note.skip };
  });
}

/** Judges a run: unexplained skips, silent files and a bad exit code are failures as well. */
export function judge(run: RawRun): TestResult[] {
  if (run.cases === undefined) {
    const words = `it wrote no report and ended with exit code ${run.exitCode}`;
    return [fault("deno test", [words, ...lastLines(run.console ?? "")].join("\n"))];
  }
  const cases = withNotes(run);
  const results = cases.flatMap((test) => judgeCase(test, run.isFiltered));
  const reported = new Set(cases.map(({ file }) => file));
  for (const file of run.files.filter((file) => !reported.has(file))) {
    results.push(fault(file, "it reported no test: did the file fail to load?"));
  }
  if (run.exitCode !== 0 && results.every(({ outcome }) => outcome !== "failed")) {
    results.push(fault("deno test", `it ended with exit code ${run.exitCode}`));
  }
  return results;
}

/** What a kernel printed at the end, such as whom it killed and why; without blank lines. */
function lastLines(console: string): string[] {
  const lines = console.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.slice(-MOST_LINES).map((line) => `kernel: ${line}`);
}

/** A failure of the run as a whole, as the result of a test that does not exist. */
export function fault(file: string, cause: unknown): TestResult {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { file, name: "(the run itself)", outcome: "failed", detail };
}

function judgeCase(
  test: TestCase & { readonly reason?: string | undefined },
  isFiltered: boolean,
): TestResult[] {
  const { file, name, detail = "" } = test;
  switch (test.outcome) {
    case "passed":
      return [{ file, name, outcome: "passed", detail }];
    case "failed":
      return [{ file, name, outcome: "failed", detail }];
    case "filtered":
      if (isFiltered) return [];
      return [{ file, name, outcome: "failed", detail: "it did not run" }];
    case "skipped": {
      const { reason } = test;
      if (reason !== undefined) return [{ file, name, outcome: "skipped", detail: reason }];
      return [{ file, name, outcome: "failed", detail: "it was skipped without a reason" }];
    }
  }
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
