/**
 * Predictions against what kernels did.
 *
 * @module
 */
import type { Answer, KernelVerdict } from "../../bytecode-tools/verdict/verdict.ts";
import type { LoadResult } from "./loader.ts";

/**
 * How a prediction and a result go together.
 *
 * `trueLoads`, `trueRejected`: as predicted. `falseLoads`, `falseRejected`: the prediction was wrong.
 * `verifier`: nothing stood against it that can be known before the verifier runs, and the verifier
 * refused what the program does. `open`: the answer was that it depends or is beyond what can be
 * said. `notAllowed`: this machine lets nobody load programs of the type (EPERM).
 */
export type Outcome =
  | "trueLoads"
  | "trueRejected"
  | "falseLoads"
  | "falseRejected"
  | "verifier"
  | "open"
  | "notAllowed";

const EPERM = 1;

/** Numbers and words that the verifier prints when a relocation or helper, not the code, is wrong. */
const KNOWABLE =
  /195896080|invalid func unknown|unknown func|cannot call GPL|bad CO-RE|unresolved|not found in kernel/i;

/** True when the verifier walked through the code and refused what it does there. */
function isVerifiersOwn({ remark }: LoadResult): boolean {
  return /processed \d+ insns/.test(remark) && !KNOWABLE.test(remark);
}

/** Compares one prediction with one result. */
export function outcomeOf(answer: Answer, result: LoadResult): Outcome {
  if (result.result === -EPERM) return "notAllowed";
  if (answer === "depends" || answer === "beyond") return "open";
  const isLoaded = result.result === 0;
  if (answer === "rejected") return isLoaded ? "falseRejected" : "trueRejected";
  if (isLoaded) return "trueLoads";
  return isVerifiersOwn(result) ? "verifier" : "falseLoads";
}

/** One program on one kernel. */
export interface Comparison {
  readonly kernel: string;
  readonly object: string;
  readonly program: string;
  readonly outcome: Outcome;
  /** Why, in the words of the prediction. */
  readonly reasons: string;
  readonly result: LoadResult;
}

/** Compares the verdict on one object with the results of its programs. */
export function compare(
  object: string,
  verdict: KernelVerdict,
  results: readonly LoadResult[],
): Comparison[] {
  return results.map((result) => {
    const found = verdict.programs.find(({ program }) => program === result.program);
    if (found === undefined) {
      throw new Error(`Cannot compare "${result.program}" of "${object}": there is no verdict`);
    }
    const reasons = found.reasons.map(({ text }) => text).join("; ");
    const outcome = outcomeOf(found.answer, result);
    const { kernel } = verdict;
    return { kernel, object, program: result.program, outcome, reasons, result };
  });
}

/** Numbers of one kernel. */
export interface Tally extends Readonly<Record<Outcome, number>> {
  readonly kernel: string;
}

/** Counts outcomes by kernel. */
export function tallies(comparisons: readonly Comparison[]): Tally[] {
  return [...Map.groupBy(comparisons, ({ kernel }) => kernel)].map(([kernel, list]) => {
    const count = (outcome: Outcome) => list.filter((item) => item.outcome === outcome).length;
    return {
      kernel,
      trueLoads: count("trueLoads"),
      trueRejected: count("trueRejected"),
      falseLoads: count("falseLoads"),
      falseRejected: count("falseRejected"),
      verifier: count("verifier"),
      open: count("open"),
      notAllowed: count("notAllowed"),
    };
  });
}

/** Pairs of program and kernel for which the answer was yes or no and the kernel said either. */
export function comparable(tally: Tally): number {
  return tally.trueLoads + tally.trueRejected + tally.falseLoads + tally.falseRejected;
}
