/**
 * The page docs/benchmarks.md: tables between two marks, prose around them.
 *
 * @module
 */
import { type Quantity, ratioOf, type Spread, spreadOf } from "./statistics.ts";
import type { Group, Results } from "./subject.ts";
import type { Verdict } from "./targets.ts";
import type { Figure } from "./wasm_bench.ts";

/** Marks between which the page is written anew. */
export interface Marks {
  readonly start: string;
  readonly end: string;
}

/** Around the tables of the commands that load, attach and list. */
export const MARKS: Marks = {
  start: "<!-- written by deno task bench: start -->",
  end: "<!-- written by deno task bench: end -->",
};

/** Around the tables of the bytecode tools. */
export const TOOL_MARKS: Marks = {
  start: "<!-- written by deno task bench, bytecode tools: start -->",
  end: "<!-- written by deno task bench, bytecode tools: end -->",
};

/** The part of the page about commands on images. */
export const IMAGE_MARKS: Marks = {
  start: "<!-- written by deno task bench, images: start -->",
  end: "<!-- written by deno task bench, images: end -->",
};

/** The part of the page about the single file. */
export const COMPILED_MARKS: Marks = {
  start: "<!-- written by deno task bench, one file: start -->",
  end: "<!-- written by deno task bench, one file: end -->",
};

/** A Markdown table. */
export function markdownTable(headers: readonly string[], rows: readonly (readonly string[])[]) {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(headers), line(headers.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Least, middle and greatest, as tables have them. */
export function spreadText({ min, median, max }: Spread): string {
  return [min, median, max].map((number) => number.toFixed(1)).join(" / ");
}

/** The table of one group. */
export function groupTable({ title, subjects }: Group, results: Results): string {
  const base = results.get(subjects[0]?.name ?? "") ?? [];
  const rows = subjects.map(({ name }, index) => {
    const samples = results.get(name) ?? [];
    const ratio = (quantity: Quantity): string =>
      index === 0 ? "1" : ratioOf(samples, base, quantity).toFixed(2);
    return [
      name,
      spreadText(spreadOf(samples.map(({ wallMs }) => wallMs))),
      ratio("wallMs"),
      spreadText(spreadOf(samples.map(({ cpuMs }) => cpuMs))),
      ratio("cpuMs"),
      spreadOf(samples.map(({ peakMib }) => peakMib)).max.toFixed(1),
    ];
  });
  const headers = ["command", "wall, ms", "ratio", "CPU, ms", "ratio", "peak, MiB"];
  return `### ${title}\n\n${markdownTable(headers, rows)}`;
}

/** The table of the targets. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ target, wall, cpu, result }) => [target, wall, cpu, result]);
  return `### Targets\n\n${markdownTable(["target", "wall", "CPU", "result"], rows)}`;
}

/** The table of the module's figures. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, limit, unit }) => [
    name,
    `${value.toFixed(unit === "bytes" ? 0 : 2)} ${unit}`,
    `${limit} ${unit}`,
    value <= limit ? "met" : "missed",
  ]);
  return `### The module\n\n${markdownTable(["what", "measured", "at most", "result"], rows)}`;
}

/**
 * Puts a text between the marks of a page.
 *
 * @throws {Error} When the page does not have both marks, in order.
 */
export function replaceBetweenMarks(page: string, text: string, marks: Marks = MARKS): string {
  const start = page.indexOf(marks.start);
  const end = page.indexOf(marks.end);
  if (start < 0 || end < start) {
    throw new Error(`Cannot write the page: it has no lines "${marks.start}" and "${marks.end}"`);
  }
  return `${page.slice(0, start + marks.start.length)}\n\n${text}\n\n${page.slice(end)}`;
}
