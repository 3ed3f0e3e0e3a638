/**
 * fentry, fexit and LSM programs: the target is fixed when the program is loaded, so an attach
 * only switches it on (links since Linux 5.7).
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type {
  LsmDetails,
  LsmTarget,
  ProgramRecord,
  TracingDetails,
  TracingTarget,
} from "../types.ts";
import type { AttachContext, Attached, LinkDriver } from "./driver.ts";

/** `enum bpf_attach_type` by kind. */
const ATTACH_TYPE = { fentry: 24, fexit: 25, lsm: 27 } as const;

function targetOf(program: ProgramRecord): string {
  if (program.attachFunction !== null) return program.attachFunction;
  throw new BpfmanError(
    `Cannot attach program ${program.programId}: it was loaded without a target`,
    { code: "no-attach-target", hint: `Load it with ${program.type}:${program.name}:TARGET` },
  );
}

function attach<D extends TracingDetails | LsmDetails>(
  { machine }: AttachContext,
  programFd: number,
  details: D,
): Attached<D> {
  const attachType = ATTACH_TYPE[details.kind];
  return { links: [machine.kernel.bpf.createLink({ programFd, target: 0, attachType })], details };
}

function tracing(kind: TracingDetails["kind"]): LinkDriver<TracingTarget, TracingDetails> {
  return {
    types: [kind],
    resolve: ({ program }) => ({ kind, functionName: targetOf(program) }),
    attach,
    pinPath: ({ machine }, id) => machine.layout.linkPin(id),
  };
}

/** Links of fentry programs. */
export const fentryDriver: LinkDriver<TracingTarget, TracingDetails> = tracing("fentry");

/** Links of fexit programs. */
export const fexitDriver: LinkDriver<TracingTarget, TracingDetails> = tracing("fexit");

/** Links of LSM programs. */
export const lsmDriver: LinkDriver<LsmTarget, LsmDetails> = {
  types: ["lsm"],
  resolve: ({ program }) => ({ kind: "lsm", hookName: targetOf(program) }),
  attach,
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
