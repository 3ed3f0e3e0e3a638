/**
 * What `doctor` says of each program type on this kernel, against probes that share nothing with it:
 * those by which `types_test.ts` decides whether the type must load, attach and count here.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { callerFacts } from "../../core/doctor/gather/caller.ts";
import { kernelFacts, probeFacts } from "../../core/doctor/gather/kernel.ts";
import { judgeProgramTypes } from "../../core/doctor/program_types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { openSurvey } from "../../ffi/survey.ts";
import { FEATURES } from "../support/features.ts";
import { kernelTest } from "../support/requires.ts";
import { GOOD_MACHINE } from "../support/sample_host.ts";
import { TYPE_CASES } from "../support/type_cases.ts";

/** Whether everything works that the case of a type needs. */
function isWorking(needs: readonly string[]): boolean {
  return Object.entries(FEATURES).filter(([name]) => needs.includes(name))
    .every(([, feature]) => feature.probe() === "works");
}

/** Asked before the test: the C library that the probes open stays open. */
const KNOWN: readonly string[] = Deno.uid() === 0
  ? TYPE_CASES.map(({ type, needs }) => `${type} ${isWorking(needs)}`).sort()
  : [];
const SOURCES = { ...openKernel(), survey: openSurvey() };
SOURCES.survey.landlockAbi();

kernelTest("doctor is right about every program type on this kernel", ["root"], async () => {
  const kernel = await kernelFacts(SOURCES);
  const probes = probeFacts(SOURCES.survey);
  const caller = callerFacts(SOURCES);

  const types = judgeProgramTypes({ ...GOOD_MACHINE, kernel, probes, caller })
    .map(({ answer }) => answer);

  deepStrictEqual(types.map(({ type, state }) => `${type} ${state === "works"}`).sort(), KNOWN);
  ok(types.some(({ state }) => state === "works"));
  // root may ask for everything
  deepStrictEqual(types.filter(({ state }) => state === "unknown"), []);
  deepStrictEqual(types.filter(({ state, isProbed }) => state === "works" && !isProbed), []);
});
