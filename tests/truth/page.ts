/**
 * The part of docs/benchmarks.md about predictions.
 *
 * @module
 */
import { markdownTable } from "../bench/page.ts";
import { comparable, type Comparison, tallies, type Tally } from "./compare.ts";

const PAGE = new URL("../../docs/benchmarks.md", import.meta.url).pathname;
const START = "<!-- written by deno task truth: start -->";
const END = "<!-- written by deno task truth: end -->";

/** A share as a percentage; nothing to divide by gives a dash. */
function share(part: number, whole: number): string {
  return whole === 0 ? "-" : `${(100 * part / whole).toFixed(1)} %`;
}

function sum(counts: readonly Tally[]): Tally {
  const add = (key: Exclude<keyof Tally, "kernel">) =>
    counts.reduce((total, each) => total + each[key], 0);
  return {
    kernel: "all",
    trueLoads: add("trueLoads"),
    trueRejected: add("trueRejected"),
    falseLoads: add("falseLoads"),
    falseRejected: add("falseRejected"),
    verifier: add("verifier"),
    open: add("open"),
    notAllowed: add("notAllowed"),
  };
}

function row(tally: Tally): string[] {
  const { kernel, trueLoads, trueRejected, falseLoads, falseRejected } = tally;
  return [
    kernel,
    String(comparable(tally)),
    `${trueLoads} / ${falseLoads}`,
    `${trueRejected} / ${falseRejected}`,
    share(trueLoads, trueLoads + falseLoads),
    share(trueLoads, trueLoads + falseRejected),
    share(trueRejected, trueRejected + falseRejected),
    share(trueRejected, trueRejected + falseLoads),
    String(tally.verifier),
    String(tally.open),
    String(tally.notAllowed),
  ];
}

const HEADERS = [
  "kernel",
  "comparable",
  "loads: right / wrong",
  "rejected: right / wrong",
  "precision of loads",
  "recall of loads",
  "precision of rejected",
  "recall of rejected",
  "verifier's own",
  "open",
  "not allowed",
];

/** Lines about single programs: what was wrong, and what only the verifier could see. */
function singles(comparisons: readonly Comparison[]): string[] {
  return comparisons.filter(({ outcome }) => /^false|^verifier$/.test(outcome))
    .map(({ kernel, object, program, outcome, reasons, result }) => {
      const said = result.remark.split("|").filter((line) => line !== "");
      const processed = said.findIndex((line) => line.startsWith("processed "));
      const why = said[processed - 1] ?? said.at(-1) ?? "";
      const predicted = reasons === "" ? "" : `; predicted: ${reasons}`;
      return `- ${outcome}: \`${program}\` of \`${object}\` on ${kernel}: ${why}${predicted}`;
    });
}

/** The text between the marks. */
export function truthText(comparisons: readonly Comparison[]): string {
  const counts = tallies(comparisons);
  const objects = new Set(comparisons.map(({ object }) => object)).size;
  const programs = new Set(comparisons.map(({ object, program }) => `${object} ${program}`)).size;
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Compared on ${date}: ${objects} objects with ${programs} programs, each loaded alone.`,
    markdownTable(HEADERS, [...counts, sum(counts)].map(row)),
    ...singles(comparisons),
  ].join("\n\n").replace(/\n\n(?=- .*\n\n- )/g, "\n");
}

/**
 * Puts the text between the marks of the page.
 *
 * @throws {Error} When the page does not have them.
 */
export async function writeTruth(text: string): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`Cannot write the page: it has no "${START}"`);
  const written = `${page.slice(0, start + START.length)}\n\n${text}\n\n${page.slice(end)}`;
  await Deno.writeTextFile(PAGE, written);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE] }).output();
}
