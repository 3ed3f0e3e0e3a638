/**
 * Reader of durations in Go's notation, which bpfman's users know.
 *
 * @module
 */
import { ValueProblem } from "./problem.ts";

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  "μs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Reads a duration such as `500ms`, `30s` or `1m30s` into milliseconds. */
export function readDuration(input: string): number {
  if (/^\+?0$/.test(input)) return 0;
  let rest = input.replace(/^\+/, "");
  let total = 0;
  for (const [part, amount, unit] of rest.matchAll(PART)) {
    if (!rest.startsWith(part)) break;
    rest = rest.slice(part.length);
    total += Number(amount) * (MILLISECONDS[unit ?? ""] ?? Number.NaN);
  }
  if (rest !== "" || input === "" || input === "+") {
    throw new ValueProblem("must be a duration such as 500ms, 30s or 1m30s, or 0 to wait for ever");
  }
  // Less than a millisecond is still a wait, and 0 would mean for ever.
  return total === 0 ? 0 : Math.max(1, Math.round(total));
}
