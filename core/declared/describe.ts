/**
 * Applies in words.
 *
 * @module
 */
import type { Notice } from "../types.ts";
import type { ApplyIntent, ApplyPhase } from "./types.ts";

/** Names of applications in words. */
function namesInWords(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${quoted.length === 1 ? "application" : "applications"} ${quoted.join(", ")}`;
}

/** The applications of an apply in words. */
export function subjectOf({ plans }: Pick<ApplyIntent, "plans">): string {
  return namesInWords(plans.map(({ name }) => name));
}

const OUTCOMES: Readonly<Record<ApplyPhase, string>> = {
  load: "it is undone",
  switch: "it is finished",
  gate: "it is undone",
  back: "it is undone",
  clear: "it is finished",
};

/** An apply that was interrupted, and what becomes of it. */
export function describeInterruption(
  intent: Pick<ApplyIntent, "plans" | "phase">,
  outcome: string = OUTCOMES[intent.phase],
): Notice {
  return {
    code: "interrupted-apply",
    message: `the apply of ${subjectOf(intent)} was interrupted: ${outcome}`,
  };
}
