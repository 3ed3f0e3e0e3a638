/**
 * What `status` found and `repair` did, as text.
 *
 * @module
 */
import type { StatusRecord } from "../../core/status/record.ts";
import type { RepairReport, StatusFinding, StatusReport } from "../../core/types.ts";
import { foldValue } from "./fold.ts";
import type { TableOptions } from "./table.ts";

type Paint = (text: string) => string;

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A word, set off, and what is to be said beside it. */
function worded(word: string, text: string, paint: Paint, { width }: TableOptions): string[] {
  const [first = "", ...others] = foldValue(`${word}: `, text, width);
  return [`${paint(word)}${first.slice(word.length)}`, ...others];
}

function findingLines(finding: StatusFinding, options: TableOptions): string[] {
  const { code, severity, message, mend } = finding;
  const { style, width } = options;
  const paint = severity === "drift" ? style.bad : style.header;
  const [first = "", ...others] = foldValue(`${severity} `, `${code}: ${message}`, width);
  const said = first.slice(severity.length + 1 + code.length);
  const mending = mend === null ? [] : foldValue("  mend: ", mend, width);
  return [
    `${paint(severity)} ${style.id(code)}${said}`,
    ...others,
    ...mending.map((line) => `  ${style.dim(line.slice(2))}`),
  ];
}

function recordLines(record: StatusRecord, options: TableOptions): string[] {
  const { since, added, gone, path } = record;
  const { header } = options.style;
  const when = since === null ? "this is the first record" : `since ${since}`;
  return [
    ...added.flatMap(({ message }) => worded("new", message, header, options)),
    ...gone.flatMap(({ message }) => worded("gone", message, header, options)),
    ...foldValue(
      "",
      `${counted(added.length, "new finding")}, ${gone.length} gone, ${when}`,
      options.width,
    ),
    `record: ${path}`,
  ];
}

function sumLines(report: StatusReport, options: TableOptions): string[] {
  const { counts: { programs, links, hooks }, findings, isFine, holder } = report;
  const what = `${counted(programs, "program")}, ${counted(links, "link")}, ` +
    counted(hooks, "chain");
  const drifted = findings.filter(({ severity }) => severity === "drift").length;
  const plain: Paint = (text) => text;
  if (holder !== null) return worded("changing", what, plain, options);
  if (isFine) return worded("fine", what, plain, options);
  return worded("drift", `${what}, ${counted(drifted, "difference")}`, options.style.bad, options);
}

/** What was found. */
export function statusText(
  report: StatusReport,
  record: StatusRecord | null,
  options: TableOptions,
): string {
  const { holder, findings } = report;
  const busy = holder === null ? [] : foldValue(
    "process ",
    `${holder.pid} (${holder.verb}) changes something since ${holder.since}`,
    options.width,
  );
  return [
    ...busy,
    ...findings.flatMap((finding) => findingLines(finding, options)),
    ...(record === null ? [] : recordLines(record, options)),
    ...sumLines(report, options),
    "",
  ].join("\n");
}

/** What was done, or would be. */
export function repairText(report: RepairReport, options: TableOptions): string {
  const { isDryRun, steps, left } = report;
  const heads = steps.flatMap(({ code, message }) =>
    worded(code, message, options.style.id, options)
  );
  const remains = isDryRun ? [] : left.flatMap((finding) => findingLines(finding, options));
  const done = isDryRun ? "would be done, nothing was" : "done";
  const sum = steps.length === 0 ? "nothing to mend" : `${counted(steps.length, "step")} ${done}`;
  return [...heads, ...remains, sum, ""].join("\n");
}
