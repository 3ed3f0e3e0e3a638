/**
 * The sweep's results as the table of `docs/reliability.md`.
 *
 * @module
 */
import type { SweepResult } from "./sweep.ts";

const START = "<!-- written by tests/faults/main.ts: start -->";
const END = "<!-- written by tests/faults/main.ts: end -->";

/** Every how many points were tried. */
export interface Strides {
  readonly kill: number;
  readonly error: number;
}

function cell(result: SweepResult | undefined): string {
  if (result === undefined) return "-";
  const { points, failures } = result;
  return failures.length === 0 ? `${points} ok` : `${points}, **${failures.length} failed**`;
}

/** Results as Markdown, one row for each verb. */
export function tableOf(results: readonly SweepResult[], strides: Strides): string {
  const faults = [...new Set(results.map(({ fault }) => fault))];
  const verbs = [...new Set(results.map(({ verb }) => verb))];
  const find = (verb: string, fault: string) =>
    results.find((result) => result.verb === verb && result.fault === fault);
  const total = (fault?: string) =>
    results.filter((result) => fault === undefined || result.fault === fault)
      .reduce((sum, { points }) => sum + points, 0);
  const failed = results.reduce((sum, { failures }) => sum + failures.length, 0);
  return [
    `| verb | calls | ${faults.join(" | ")} |`,
    `| --- | --- | ${faults.map(() => "---").join(" | ")} |`,
    ...verbs.map((verb) =>
      `| ${verb} | ${find(verb, "KILL")?.calls ?? "-"} | ` +
      `${faults.map((fault) => cell(find(verb, fault))).join(" | ")} |`
    ),
    "",
    `Points: ${total()}, of them ${total("KILL")} kills (every ` +
    `${strides.kill === 1 ? "" : `${strides.kill}th `}call; errors at every ` +
    `${strides.error}th). Lost, leaked or wedged: ${failed}.`,
  ].join("\n");
}

/** A page with another table. */
export function withTable(page: string, table: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error("Cannot write the table: the page has no marks");
  return `${page.slice(0, start + START.length)}\n\n${table}\n\n${page.slice(end)}`;
}
