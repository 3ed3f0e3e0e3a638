/**
 * What the doctor found of a kernel, for predictions on other machines.
 *
 * @module
 */
import type { HostRecord, ProgramTypeRecord } from "../../bytecode-tools/kernel/host_record.ts";
import { PROGRAM_KINDS } from "../program/kinds.ts";
import type { MachineFacts } from "./facts.ts";
import { judgeProgramTypes } from "./program_types.ts";
import type { ProgramTypeAnswer } from "./types.ts";

/** Whether a type loads: what the kernel said, and nothing that was deduced. */
function loadable({ state, isProbed }: ProgramTypeAnswer, errno: number): boolean | null {
  if (!isProbed) return null;
  // what is missing besides hinders the attach, and not the load
  return state === "works" || (state === "missing" && errno === 0);
}

function recordOf(answer: ProgramTypeAnswer, errno: number): ProgramTypeRecord {
  const { type: name, state, why } = answer;
  const { type, expectedAttachType, hasTarget } = PROGRAM_KINDS[name];
  return {
    name,
    type,
    attachType: hasTarget ? expectedAttachType : 0,
    isLoadable: loadable(answer, errno),
    why: state === "unknown" ? null : why,
  };
}

/** What was found of the kernel, as a file of facts keeps it. */
export function hostRecord(facts: MachineFacts): HostRecord {
  const { kernel: { architecture, settings }, libbpf, libxdp, probes } = facts;
  return {
    architecture,
    hasJit: settings.jitEnable === null ? null : settings.jitEnable > 0,
    libbpf: libbpf.version,
    libxdp: libxdp.version,
    programTypes: judgeProgramTypes(facts)
      .map(({ answer }) => recordOf(answer, probes.loads[answer.type])),
  };
}
