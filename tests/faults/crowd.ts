/**
 * The table of `docs/reliability.md` about many who change things at the same time.
 *
 * @module
 */
import { type Contention, type ContentionMode, percentile } from "../support/contention.ts";

/** Modes in words. */
const MODES: Readonly<Record<ContentionMode, string>> = {
  library: "50 processes with the library",
  commands: "50 users with the command line, a command for each change",
};

function row({ mode, seconds, waits, turns, reads }: Contention): string {
  const inSeconds = (part: number) => `${(percentile(waits, part) / 1000).toFixed(1)} s`;
  const cells = [
    MODES[mode],
    `${seconds} s`,
    String(waits.length),
    turns.join(" to "),
    inSeconds(50),
    inSeconds(99),
    inSeconds(100),
    String(reads),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Runs as Markdown. */
export function crowdTable(runs: readonly Contention[]): string {
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
  return [
    "| who | time | changes | for each | p50 | p99 | longest | reads |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...runs.map(row),
    "",
    `On ${navigator.hardwareConcurrency} processors; load of the machine at the end: ${load}.`,
  ].join("\n");
}
