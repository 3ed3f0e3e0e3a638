/**
 * From counters to figures, and from figures to a condition that is not met. Pure.
 *
 * @module
 */
import type {
  Counted,
  GateComparator,
  GateCondition,
  GateFailure,
  GateFigures,
  GateReading,
  GateSpec,
} from "./types.ts";

/** Readings of one program: when the gate began, and now. */
export interface Watched {
  readonly first: GateReading;
  readonly now: GateReading;
}

/** A figure, or why there is none. */
type Figure =
  | { readonly kind: "value"; readonly value: number }
  | Exclude<Counted, { readonly kind: "count" }>;

const COMPARE: Readonly<Record<GateComparator, (left: number, right: number) => boolean>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

function grown(first: Counted, now: Counted): Figure {
  if (now.kind !== "count") return now;
  // what could not be counted at first has no beginning to count from
  if (first.kind !== "count") return first;
  return { kind: "value", value: Number(now.count - first.count) };
}

function perRun({ first, now }: Watched): Figure {
  const runs = grown(first.runs, now.runs);
  const time = grown(first.runTime, now.runTime);
  if (runs.kind !== "value") return runs;
  if (time.kind !== "value") return time;
  if (runs.value === 0) return { kind: "unmeasured", why: "it did not run" };
  return { kind: "value", value: time.value / runs.value };
}

function figureOf(watched: Watched, { metric }: GateCondition): Figure {
  const { first, now } = watched;
  switch (metric) {
    case "runs":
      return grown(first.runs, now.runs);
    case "aborted":
      return grown(first.aborted, now.aborted);
    case "ns_per_run":
      return perRun(watched);
  }
}

function valueOf(figure: Figure): number | null {
  return figure.kind === "value" ? figure.value : null;
}

/** What a gate saw of one program. */
export function figuresOf(watched: Watched): GateFigures {
  const { first, now } = watched;
  const { application, program, programId, isChainTime } = now;
  return {
    application,
    program,
    programId,
    runs: valueOf(grown(first.runs, now.runs)),
    nsPerRun: valueOf(perRun(watched)),
    aborted: valueOf(grown(first.aborted, now.aborted)),
    isChainTime,
  };
}

/** True when a counter, which only grows, can never meet the condition any more. */
function isLost({ comparator, value }: GateCondition, figure: number): boolean {
  return comparator === "<" ? figure >= value : ["==", "<="].includes(comparator) && figure > value;
}

/** Whose figure it is, in words. */
function nameOf({ metric }: GateCondition, { now: { program } }: Watched): string {
  return `${metric} of program "${program}"`;
}

function failure(
  { text }: GateCondition,
  { now }: Watched,
  { value, reason }: { readonly value: number | null; readonly reason: string },
): GateFailure {
  const { application, program } = now;
  return { condition: text, application, program, value, reason };
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** What is wrong with one program under one condition; null for nothing, or nothing yet. */
function judgeOne(
  condition: GateCondition,
  watched: Watched,
  isOver: boolean,
): GateFailure | null {
  const { metric, comparator, value: wanted } = condition;
  const figure = figureOf(watched, condition);
  if (figure.kind === "not-applicable") return null;
  if (figure.kind === "unmeasured") {
    // time for each run begins to be there with the first run
    const mayCome = metric === "ns_per_run" && watched.now.runs.kind === "count" &&
      watched.now.runTime.kind === "count";
    if (mayCome && !isOver) return null;
    const reason = `${nameOf(condition, watched)} cannot be told: ${figure.why}`;
    return failure(condition, watched, { value: null, reason });
  }
  const { value } = figure;
  const isEarly = metric !== "ns_per_run" && isLost(condition, value);
  const isMet = COMPARE[comparator](value, wanted);
  if (!isEarly && (!isOver || isMet)) return null;
  const reason = `${nameOf(condition, watched)} is ${shown(value)}, wanted ${condition.text}`;
  return failure(condition, watched, { value, reason });
}

/** A condition that is about none of the programs could never fail. */
function judgeReach(
  condition: GateCondition,
  all: readonly Watched[],
): GateFailure | null {
  const figures = all.map((watched) => figureOf(watched, condition));
  const [first] = figures;
  const isAbout = figures.some(({ kind }) => kind !== "not-applicable");
  if (isAbout || first?.kind !== "not-applicable") return null;
  return {
    condition: condition.text,
    application: null,
    program: null,
    value: null,
    reason: `${condition.metric} cannot be told of any new program: ${first.why}`,
  };
}

/**
 * The first condition that is not met, or never will be.
 *
 * @param spec The gate.
 * @param all Readings of all programs.
 * @param isOver True when its time is over: what was not met until now is not met.
 */
export function judgeGate(
  { conditions }: GateSpec,
  all: readonly Watched[],
  isOver: boolean,
): GateFailure | null {
  for (const condition of conditions) {
    const unreached = judgeReach(condition, all);
    if (unreached !== null) return unreached;
    for (const watched of all) {
      const found = judgeOne(condition, watched, isOver);
      if (found !== null) return found;
    }
  }
  return null;
}
