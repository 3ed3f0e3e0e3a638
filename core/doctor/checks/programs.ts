/**
 * Checks of program types.
 *
 * @module
 */
import { checksOf, type Finding } from "../check.ts";
import type { JudgedType } from "../program_types.ts";
import type { Check, CheckState, TypeState } from "../types.ts";

const STATES: Readonly<Record<TypeState, CheckState>> = {
  works: "ok",
  missing: "warning",
  refused: "warning",
  unknown: "unknown",
};

function findingOf({ answer, hint }: JudgedType): Finding {
  const { state, why, attach } = answer;
  if (why === null) return { state: "ok", found: attach };
  // a newer kernel would have it: nothing is wrong with this one
  const isOlder = state === "missing" && why.startsWith("needs Linux");
  return { state: isOlder ? "not-applicable" : STATES[state], found: why, hint };
}

/** Checks of program types. */
export function programChecks(types: readonly JudgedType[]): Check[] {
  const check = checksOf("programs");
  return types.map((judged) => check(judged.answer.type, judged.answer.type, findingOf(judged)));
}
