/**
 * The libxdp engine: members join the dispatcher of libxdp on an interface, through libxdp itself,
 * so that its other users keep their programs there and see ours.
 *
 * libxdp changes a dispatcher by one program at a time, each time with an atomic swap. So a member
 * that changes joins anew before its old self leaves: for a moment packets meet it twice, but at no
 * moment not at all.
 *
 * @module
 */
import type { LibxdpDispatcher, LibxdpMode } from "../../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../../errors.ts";
import { isSyscallError, withExplanation } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import { ownMaps } from "../../program/own_maps.ts";
import type { LinkId, ProgramId } from "../../types.ts";
import type {
  ChainContext,
  ChainSpec,
  ForeignMember,
  SharedAfter,
  SharedBefore,
  SharingEngine,
} from "../engine.ts";
import { HAS_FRAGS } from "../freplace/dispatcher.ts";
import { EXTENSION_NEEDS, withAdvice } from "../freplace/extension.ts";
import { readMember } from "../freplace/member.ts";
import { type ChainHook, type ChainMember, describeHook } from "../model.ts";
import type { SeatedChain } from "../record.ts";
import { ACTIONS, isOwnNamespace, readDispatcher, SLOTS, sweepDispatchers } from "./dispatcher.ts";
import { libxdpLimits } from "./limits.ts";
import { type Candidate, planShared, type SharedPlan, type WantedMember } from "./match.ts";

/** BPF_PROG_TYPE_XDP and BPF_XDP. */
const [XDP, BPF_XDP] = [6, 37];
/** What an empty slot returns; every program of libxdp proceeds on it. */
const DISPATCHER_RETURN = 31;

/** What can be done about a program that libxdp refuses. */
const ADVICE = "libxdp needs extension programs, and takes none that change packets or make tail " +
  "calls; where no program of others is on the interface, --engine compose has no such limits";

/** A change on its way. */
interface Work {
  readonly context: ChainContext;
  readonly spec: ChainSpec;
}

/** What two loads of the same program with the same maps have in common. */
function likenessOf({ kernel }: Machine, id: ProgramId): string {
  const info = kernel.bpf.programInfo(id);
  return info === null ? `gone ${id}` : `${info.name} ${info.tag} ${info.mapIds.toSorted().join()}`;
}

/** Our programs in the dispatcher as they were written down. */
function knownPrograms(current: SeatedChain | null): Map<LinkId, ProgramId> {
  if (current?.seat.kind !== "libxdp") return new Map();
  return new Map(current.seat.programs.map(({ linkId, kernelProgramId }) => [
    linkId,
    kernelProgramId,
  ]));
}

/** The dispatcher on a hook, null where there is none, or where the hook is out of reach. */
function dispatcherOn(machine: Machine, hook: ChainHook): LibxdpDispatcher | null {
  if (hook.kind !== "xdp" || !isOwnNamespace(machine, hook)) return null;
  return readDispatcher(machine, hook.ifindex);
}

function actionsOf({ proceedOn }: Pick<ChainMember, "proceedOn">): number[] {
  return proceedOn.filter((code) => ACTIONS.includes(code));
}

function wantedMembers({ machine }: ChainContext, { members }: ChainSpec): WantedMember[] {
  return members.map((member) => ({
    linkId: member.linkId,
    priority: member.priority,
    chainActions: actionsOf(member),
    likeness: likenessOf(machine, member.programId),
  }));
}

function candidatesIn(
  machine: Machine,
  dispatcher: LibxdpDispatcher | null,
  foreign: readonly ProgramId[],
): Candidate[] {
  return (dispatcher?.programs ?? []).filter(({ id }) => !foreign.includes(id))
    .map((program) => ({ ...program, likeness: likenessOf(machine, program.id) }));
}

/** Lets one member join; the mode is that of the dispatcher, else the first that works. */
function join({ context, spec }: Work, member: ChainMember): ProgramId {
  const { machine } = context;
  const { kernel } = machine;
  const { ifindex } = spec.hook;
  const { record, bytes, hasFrags, programCount } = readMember(context, member);
  const there = readDispatcher(machine, ifindex);
  const modes: readonly LibxdpMode[] = there !== null
    ? [there.mode]
    : spec.mode !== null
    ? [spec.mode]
    : ["native", "generic"];
  const request = {
    ifindex,
    priority: member.priority,
    chainActions: actionsOf(member),
    object: {
      bytes,
      name: "bpfman",
      program: record.name,
      programCount,
      type: XDP,
      expectedAttachType: BPF_XDP,
      programFlags: hasFrags ? HAS_FRAGS : 0,
      reuseMaps: ownMaps(machine, record),
      sharedPinDirectory: machine.layout.sharedMaps,
    },
  };
  const [first = "native", second] = modes;
  try {
    return kernel.libxdp.join({ ...request, mode: first });
  } catch (error) {
    if (second === undefined || !isModeRefused(error)) throw error;
    return kernel.libxdp.join({ ...request, mode: second });
  }
}

/** True when the driver cannot run XDP programs itself. */
function isModeRefused(error: unknown): boolean {
  const isKnown = isSyscallError(error) || (error instanceof Error && error.name === "ObjectError");
  return isKnown && "code" in error && error.code === "EOPNOTSUPP";
}

/** Lets members join, all or none. */
function joinAll(work: Work, members: readonly ChainMember[]): Map<LinkId, ProgramId> {
  const { machine } = work.context;
  const { hook } = work.spec;
  const joined = new Map<LinkId, ProgramId>();
  try {
    for (const member of members) {
      const action = `Cannot let program ${member.programId} join the dispatcher of libxdp on ` +
        `"${describeHook(hook)}"`;
      joined.set(
        member.linkId,
        withAdvice(machine, { action, advice: ADVICE }, () => join(work, member)),
      );
    }
    return joined;
  } catch (error) {
    leaveAll(machine, hook, [...joined.values()]);
    throw error;
  }
}

function leaveAll(machine: Machine, hook: ChainHook, programs: readonly ProgramId[]): void {
  for (const id of programs) {
    const there = readDispatcher(machine, hook.ifindex);
    if (there === null || !there.programs.some((program) => program.id === id)) continue;
    const action = `Cannot take program ${id} out of the dispatcher of libxdp on ` +
      `"${describeHook(hook)}"`;
    const work = { action, needs: EXTENSION_NEEDS };
    withExplanation(
      machine.kernel,
      work,
      () => machine.kernel.libxdp.leave(hook.ifindex, id, there.mode),
    );
  }
}

/** A place that changes is joined anew before the old one is left: the last slot must be free. */
function checkSlots(hook: ChainHook, there: LibxdpDispatcher | null, plan: SharedPlan): void {
  const running = there?.programs.length ?? 0;
  if (plan.joining.length === 0 || running + plan.joining.length <= SLOTS) return;
  throw new BpfmanError(
    `Cannot change the chain on "${describeHook(hook)}": its dispatcher has ${SLOTS} slots, ` +
      `${running} are taken, and a program whose place changes joins before its old place is left`,
    {
      code: "chain-refused",
      kind: ErrorKind.KERNEL,
      hint: "Detach a program first; where no program of others is there, --engine compose has " +
        "no such limit",
    },
  );
}

function apply(context: ChainContext, spec: ChainSpec, before: SharedBefore): SharedAfter | null {
  const { machine } = context;
  const { hook, members } = spec;
  const known = knownPrograms(before.current);
  const there = dispatcherOn(machine, hook);
  const plan = planShared(
    wantedMembers(context, spec),
    candidatesIn(machine, there, before.foreign),
    known,
  );
  checkSlots(hook, there, plan);
  const joining = new Set(plan.joining.map(({ linkId }) => linkId));
  const joined = joinAll({ context, spec }, members.filter(({ linkId }) => joining.has(linkId)));
  leaveAll(machine, hook, plan.leaving);
  const programs = new Map([...plan.running, ...joined]);
  const after = dispatcherOn(machine, hook);
  if (after === null) sweepDispatchers(machine, hook.ifindex, [...known.values()]);
  if (after === null || members.length === 0) return null;
  return {
    seat: {
      kind: "libxdp",
      programs: members.flatMap(({ linkId }) => {
        const kernelProgramId = programs.get(linkId);
        return kernelProgramId === undefined ? [] : [{ linkId, kernelProgramId }];
      }),
    },
    mode: after.mode,
    mainProgramId: after.mainProgramId,
  };
}

function foreign(
  machine: Machine,
  hook: ChainHook,
  current: SeatedChain | null,
): ForeignMember[] {
  const ours = new Set(knownPrograms(current).values());
  return (dispatcherOn(machine, hook)?.programs ?? [])
    .map((program, position) => ({ ...program, position }))
    .filter(({ id }) => !ours.has(id))
    .map(({ id, name, position, priority, chainActions }) => ({
      programId: id,
      name,
      position,
      priority,
      proceedOn: [...chainActions, DISPATCHER_RETURN],
    }));
}

function seated(machine: Machine, hook: ChainHook, current: SeatedChain): LinkId[] {
  const there = new Set(dispatcherOn(machine, hook)?.programs.map(({ id }) => id));
  return [...knownPrograms(current)].filter(([, id]) => there.has(id)).map(([linkId]) => linkId);
}

/** The engine. */
export const libxdpEngine: SharingEngine = {
  name: "libxdp",
  needs: EXTENSION_NEEDS,
  isThere: (machine, hook) => dispatcherOn(machine, hook) !== null,
  limits: libxdpLimits,
  foreign,
  apply,
  seated,
};
