/**
 * What `status` found and `repair` did, as text.
 *
 * @module
 */
import type { StatusRecord } from "../../core/status/record.ts";
import type { RepairReport, StatusFinding, StatusReport } from "../../core/types.ts";
import type { Style } from "./style.ts";

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function findingLines({ code, severity, message, mend }: StatusFinding, style: Style): string[] {
  const word = severity === "drift" ? style.bad(severity) : style.header(severity);
  const lines = [`${word} ${style.id(code)}: ${message}`];
  return mend === null ? lines : [...lines, `  ${style.dim(`mend: ${mend}`)}`];
}

function recordLines(record: StatusRecord, style: Style): string[] {
  const { since, added, gone, path } = record;
  const when = since === null ? "this is the first record" : `since ${since}`;
  return [
    ...added.map(({ message }) => `${style.header("new")}: ${message}`),
    ...gone.map(({ message }) => `${style.header("gone")}: ${message}`),
    `${counted(added.length, "new finding")}, ${gone.length} gone, ${when}`,
    `record: ${path}`,
  ];
}

function sumLine({ counts, findings, isFine, holder }: StatusReport, style: Style): string {
  const { programs, links, hooks } = counts;
  const what = `${counted(programs, "program")}, ${counted(links, "link")}, ` +
    counted(hooks, "chain");
  const drifted = findings.filter(({ severity }) => severity === "drift").length;
  if (holder !== null) return `changing: ${what}`;
  return isFine ? `fine: ${what}` : `${style.bad("drift")}: ${what}, ` +
    counted(drifted, "difference");
}

/** What was found. */
export function statusText(
  report: StatusReport,
  record: StatusRecord | null,
  style: Style,
): string {
  const { holder, findings } = report;
  const busy = holder === null
    ? []
    : [`process ${holder.pid} (${holder.verb}) changes something since ${holder.since}`];
  return [
    ...busy,
    ...findings.flatMap((finding) => findingLines(finding, style)),
    ...(record === null ? [] : recordLines(record, style)),
    sumLine(report, style),
    "",
  ].join("\n");
}

/** What was done, or would be. */
export function repairText({ isDryRun, steps, left }: RepairReport, style: Style): string {
  const heads = steps.map(({ code, message }) => `${style.id(code)}: ${message}`);
  const remains = isDryRun ? [] : left.flatMap((finding) => findingLines(finding, style));
  const done = isDryRun ? "would be done, nothing was" : "done";
  const sum = steps.length === 0 ? "nothing to mend" : `${counted(steps.length, "step")} ${done}`;
  return [...heads, ...remains, sum, ""].join("\n");
}
