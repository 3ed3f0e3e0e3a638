/**
 * Facts to checks: pure functions, so that every host can be tried without having it.
 *
 * @module
 */
import { callerChecks } from "./checks/caller.ts";
import { jailChecks } from "./checks/jail.ts";
import { kernelChecks } from "./checks/kernel.ts";
import { libraryChecks } from "./checks/libraries.ts";
import { programChecks } from "./checks/programs.ts";
import { runtimeChecks } from "./checks/runtime.ts";
import { stateChecks } from "./checks/state.ts";
import { trustChecks } from "./checks/trust.ts";
import type { DoctorFacts } from "./facts.ts";
import { judgeProgramTypes } from "./program_types.ts";
import { type Check, CHECK_STATES, type CheckCounts, type DoctorReport } from "./types.ts";

function count(checks: readonly Check[]): CheckCounts {
  const pairs = CHECK_STATES.map((state) => [
    state,
    checks.filter((check) => check.state === state).length,
  ]);
  return Object.fromEntries(pairs) as CheckCounts;
}

/**
 * Judges what was gathered.
 *
 * @param facts What is known.
 * @param now The time of day.
 */
export function judgeHost(facts: DoctorFacts, now: Date): DoctorReport {
  const types = judgeProgramTypes(facts);
  const checks = [
    ...kernelChecks(facts),
    ...programChecks(types),
    ...libraryChecks(facts),
    ...callerChecks(facts),
    ...jailChecks(facts),
    ...runtimeChecks(facts),
    ...stateChecks(facts),
    ...trustChecks(facts),
  ];
  const counts = count(checks);
  return {
    checkedAt: now.toISOString(),
    release: facts.kernel.release,
    architecture: facts.kernel.architecture,
    isFine: counts.problem === 0,
    counts,
    checks,
    programTypes: types.map(({ answer }) => answer),
  };
}
