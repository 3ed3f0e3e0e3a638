/**
 * Gates as users write them, such as `30s,aborted==0,ns_per_run<500`.
 *
 * @module
 */
import { type BpfmanError, usageError } from "../../errors.ts";
import { nearest } from "../../suggest.ts";
import {
  GATE_METRICS,
  type GateComparator,
  type GateCondition,
  type GateMetric,
  type GateSpec,
} from "./types.ts";

const MS_OF_UNIT: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };
/** The lock is held meanwhile. */
const LONGEST_MS = 3_600_000;
const DURATION = /^(\d+)([a-z]*)$/;
const CONDITION = /^([A-Za-z_]+)(==|!=|<=|>=|<|>)(\d+(?:\.\d+)?)$/;

function refused(text: string, why: string, hint?: string): BpfmanError {
  const example = "Write it as 30s,aborted==0,ns_per_run<500,runs>0";
  return usageError(`Cannot read the gate "${text}": ${why}`, hint ?? example);
}

function isMetric(word: string): word is GateMetric {
  return GATE_METRICS.some((metric) => metric === word);
}

function durationOf(text: string, [, digits = "", unit = ""]: RegExpExecArray): number {
  const factor = MS_OF_UNIT[unit];
  if (factor === undefined) {
    const what = unit === "" ? "has no unit" : `has the unit "${unit}"`;
    throw refused(text, `the time "${digits}${unit}" ${what}: the units are s and m`);
  }
  const ms = Number(digits) * factor;
  if (ms >= 1 && ms <= LONGEST_MS) return ms;
  throw refused(text, `the time "${digits}${unit}" is not between 1s and 60m`);
}

function conditionOf(text: string, part: string): GateCondition {
  const [, metric = "", comparator = "", digits = ""] = CONDITION.exec(part) ?? [];
  if (comparator === "") {
    const comparators = "==, !=, <, <=, > and >=";
    throw refused(
      text,
      `"${part}" is neither a time nor a condition: the comparators are ${comparators}`,
    );
  }
  if (!isMetric(metric)) {
    const [near] = nearest(metric, GATE_METRICS);
    throw refused(
      text,
      `"${metric}" cannot be measured: what can are ${GATE_METRICS.join(", ")}`,
      near === undefined ? undefined : `Did you mean "${near}"?`,
    );
  }
  const value = Number(digits);
  if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER) {
    throw refused(text, `the number "${digits}" is too large`);
  }
  return { text: part, metric, comparator: comparator as GateComparator, value };
}

/**
 * Reads a gate: one time (`30s`, `2m`), and one condition or more, in any order.
 *
 * @param text The gate.
 * @throws {BpfmanError} For anything else (`usage`).
 */
export function parseGate(text: string): GateSpec {
  const parts = text.split(",").map((part) => part.replace(/\s+/g, ""));
  if (parts.includes("")) throw refused(text, "it has an empty part");
  const durations = parts.flatMap((part) => {
    const found = DURATION.exec(part);
    return found === null ? [] : [durationOf(text, found)];
  });
  const conditions = parts.filter((part) => !DURATION.test(part))
    .map((part) => conditionOf(text, part));
  const [durationMs, ...more] = durations;
  if (durationMs === undefined) throw refused(text, "it does not say how long to watch");
  if (more.length > 0) throw refused(text, "it has several times");
  if (conditions.length === 0) throw refused(text, "it has no condition, and so nothing to fail");
  return { text, durationMs, conditions };
}
