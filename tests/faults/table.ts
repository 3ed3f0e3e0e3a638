/**
 * The sweep's results as the table of `docs/reliability.md`.
 *
 * @module
 */
import type { SweepResult } from "./sweep.ts";
import type { StageLetter } from "./trace.ts";
import type { Harm, Outcome } from "./verdict.ts";

/** Harms, in the order of the totals. */
const HARMS: readonly Harm[] = ["lost", "leaked", "wedged", "untrue"];

/** Every how many points were tried. */
export interface Strides {
  readonly kill: number;
  readonly front: number;
  readonly error: number;
}

function count(results: readonly SweepResult[], harm?: Harm): number {
  return results.flatMap(({ failures }) => failures)
    .filter((failure) => harm === undefined || failure.harm === harm).length;
}

/** Points that were tried and hit. */
export function points(results: readonly SweepResult[]): number {
  return results.reduce((sum, { hits, failures }) => sum + hits.length + failures.length, 0);
}

function cell(result: SweepResult | undefined): string {
  if (result === undefined) return "-";
  const harms = HARMS.filter((harm) => count([result], harm) > 0)
    .map((harm) => `**${count([result], harm)} ${harm}**`);
  return [String(points([result])), ...harms].join(", ");
}

function ends(result: SweepResult | undefined): string {
  if (result === undefined) return "-";
  const order: readonly Outcome[] = ["undone", "on the way", "done"];
  return order.map((outcome) => result.outcomes[outcome]).join(" / ");
}

function every(stride: number): string {
  if (stride === 1) return "every one";
  return stride === 2 ? "every second one" : `every ${stride}th`;
}

function totals(results: readonly SweepResult[], strides: Strides): string[] {
  const kills = results.filter(({ fault }) => fault === "KILL");
  const fronts = results.filter(({ fault }) => fault === "KILL of the front");
  const errors = results.filter((result) => ![...kills, ...fronts].includes(result));
  const inStage = (stage: StageLetter) =>
    kills.flatMap(({ hits }) => hits).filter((letter) => letter === stage).length;
  const harms = HARMS.slice(0, 3).map((harm) => `${count(results, harm)} ${harm}`).join(", ");
  return [
    `Points tried: ${points(results)}. Kills: ${points(kills)} (${every(strides.kill)}; ` +
    `${inStage("S")} in the start process, ${inStage("L")} in the loader). Kills of the front ` +
    `alone: ${points(fronts)} (${every(strides.front)}). Errors: ${points(errors)} ` +
    `(${every(strides.error)} for each error).`,
    "",
    `**${harms}**; ${count(results, "untrue")} times the status or a message was not true.`,
  ];
}

/** Results as Markdown, one row for each verb. */
export function tableOf(results: readonly SweepResult[], strides: Strides): string {
  const faults = [...new Set(results.map(({ fault }) => fault))];
  const verbs = [...new Set(results.map(({ verb }) => verb))];
  const find = (verb: string, fault: string) =>
    results.find((result) => result.verb === verb && result.fault === fault);
  return [
    `| verb | calls | ${faults.join(" | ")} | kills undone / on the way / done |`,
    `| --- | --- | ${faults.map(() => "---").join(" | ")} | --- |`,
    ...verbs.map((verb) =>
      `| ${verb} | ${find(verb, "KILL")?.calls.length ?? "-"} | ` +
      `${faults.map((fault) => cell(find(verb, fault))).join(" | ")} | ` +
      `${ends(find(verb, "KILL"))} |`
    ),
    "",
    ...totals(results, strides),
  ].join("\n");
}

/** A page with another text between the marks of a name. */
export function withPart(page: string, name: string, text: string): string {
  const [first, last] = ["start", "end"].map((word) => `<!-- ${name}: ${word} -->`) as [
    string,
    string,
  ];
  const [start, end] = [page.indexOf(first), page.indexOf(last)];
  if (start < 0 || end < start) throw new Error(`Cannot write "${name}": the page has no marks`);
  return `${page.slice(0, start + first.length)}\n\n${text}\n\n${page.slice(end)}`;
}
