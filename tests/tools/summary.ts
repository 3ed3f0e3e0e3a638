/**
 * Prints what ran where: a table of tests and places, footnotes for skips, a line of counts.
 *
 * @module
 */

import { countOf, type Counts, type RunResult, type TestResult } from "./results.ts";
import { type Place, PLACES } from "./rings.ts";

/** Numbers the reasons of skips, each once, in order of appearance. */
class Footnotes {
  readonly #reasons: string[] = [];

  numberOf(reason: string): number {
    const known = this.#reasons.indexOf(reason);
    return known >= 0 ? known + 1 : this.#reasons.push(reason);
  }

  lines(): string[] {
    return this.#reasons.map((reason, index) => `(${index + 1}) ${reason}`);
  }
}

/** A row of the table: one test and its cells. */
interface Row {
  readonly label: string;
  readonly cells: ReadonlyMap<Place, string>;
}

function cellOf(test: TestResult, notes: Footnotes): string {
  if (test.outcome === "passed") return test.unsteady === undefined ? "pass" : "pass 2nd";
  if (test.outcome === "failed") return "FAIL";
  return `skip (${notes.numberOf(test.detail)})`;
}

/** Groups the results by file and test. */
function rowsByFile(runs: readonly RunResult[], notes: Footnotes): Map<string, Row[]> {
  const files = new Map<string, Map<string, Map<Place, string>>>();
  for (const { place, tests } of runs) {
    for (const test of tests) {
      const rows = files.get(test.file) ?? new Map<string, Map<Place, string>>();
      files.set(test.file, rows);
      const cells = rows.get(test.name) ?? new Map<Place, string>();
      rows.set(test.name, cells);
      cells.set(place, cellOf(test, notes));
    }
  }
  return new Map([...files].map(([file, rows]) => [
    file,
    [...rows].map(([label, cells]) => ({ label, cells })),
  ]));
}

/** The table of tests by place, with the reasons of skips below it. */
export function renderTable(runs: readonly RunResult[]): string {
  const notes = new Footnotes();
  const places = PLACES.filter((place) => runs.some((run) => run.place === place));
  const files = rowsByFile(runs, notes);
  const labels = [...files.values()].flat().map(({ label }) => label.length + 2);
  const width = Math.max("test".length, ...labels);
  const lines = [line("test", places.map((place) => place), width)];
  for (const [file, rows] of files) {
    lines.push(file);
    for (const { label, cells } of rows) {
      lines.push(line(`  ${label}`, places.map((place) => cells.get(place) ?? "-"), width));
    }
  }
  return [...lines, ...notes.lines()].join("\n");
}

const CELL_WIDTH = 10;

function line(label: string, cells: readonly string[], width: number): string {
  const padded = cells.map((cell) => cell.padEnd(CELL_WIDTH));
  return [label.padEnd(width), ...padded].join("  ").trimEnd();
}

/** One line for each run: ring, place, counts, time. */
export function renderRuns(runs: readonly RunResult[]): string {
  return runs.map(({ ring, place, seconds, tests }) => {
    const { passed, failed, skipped } = countOf(tests);
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    return `${ring.padEnd(7)} ${place.padEnd(8)} ${counts.padEnd(36)} ${seconds.toFixed(1)} s`;
  }).join("\n");
}

/** What each failure says, with the place where it failed. */
export function renderFailures(runs: readonly RunResult[]): string {
  return runs.flatMap(({ place, tests }) =>
    tests.filter(({ outcome }) => outcome === "failed").map(({ file, name, detail }) =>
      `FAIL ${file}: ${name} (${place})\n${indent(detail)}`
    )
  ).join("\n");
}

/** Tests that passed only when they were run a second time, with what they said the first time. */
export function renderUnsteady(runs: readonly RunResult[]): string {
  return runs.flatMap(({ place, tests }) =>
    tests.flatMap(({ file, name, unsteady }) =>
      unsteady === undefined
        ? []
        : [`UNSTEADY ${file}: ${name} (${place}) passed the second time\n${indent(unsteady)}`]
    )
  ).join("\n");
}

function indent(text: string): string {
  return text.split("\n").map((row) => `  ${row}`).join("\n");
}

/** The closing line that scripts read. */
export function renderCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
