/**
 * Compose: the programs of a chain become one program by calls of BPF to BPF. It needs no extension
 * programs, no trampolines and no types of the kernel.
 *
 * @module
 */
import type { OwnedFd } from "../../../ffi/mod.ts";
import type { Machine } from "../../machine.ts";
import { PROGRAM_KINDS } from "../../program/kinds.ts";
import type { BuiltChain, ChainContext, ChainEngine, ChainSpec, Revision } from "../engine.ts";
import { MAIN_PIN, SEGMENTS_PIN } from "../folder.ts";
import type { ChainMember } from "../model.ts";
import type { ChainKind } from "../proceed_on.ts";
import { type Counters, takeCounters } from "./counters.ts";
import { type Body, type JoinedProgram, joinMembers, MAIN_NAME } from "./join.ts";
import { callRules } from "./kernel_rules.ts";
import { composeLimits } from "./limits.ts";
import type { Continuation } from "./main_program.ts";
import { COMPOSE_NEEDS, type MemberFacts, memberFacts, openMaps, programsOf } from "./member.ts";
import { composeRefused, isVerifierError } from "./refusal.ts";
import { cutSegments, type MemberNeeds } from "./segments.ts";

/** BPF_MAP_TYPE_PROG_ARRAY. */
const PROG_ARRAY = 3;
/** BPF_F_XDP_HAS_FRAGS. */
const HAS_FRAGS = 1 << 5;

/** A place of the chain. */
interface Place extends MemberNeeds {
  readonly member: ChainMember;
  readonly facts: MemberFacts;
}

/** A chain, read: the programs each once, and the places cut into segments. */
interface Reading {
  readonly facts: readonly MemberFacts[];
  readonly segments: readonly (readonly Place[])[];
}

function read({ machine, state }: ChainContext, { members }: ChainSpec): Reading {
  const facts = programsOf(state, members).map((record) => memberFacts(machine, record));
  const byProgram = new Map(facts.map((one) => [one.record.programId, one]));
  const places = members.flatMap((member): Place[] => {
    const one = byProgram.get(member.programId);
    return one === undefined ? [] : [{ ...one.needs, member, facts: one }];
  });
  return { facts, segments: cutSegments(places) };
}

function limits(context: ChainContext, spec: ChainSpec): string[] {
  const { facts, segments } = read(context, spec);
  const rules = callRules(context.machine.kernel.host.release);
  return composeLimits({ kind: spec.hook.kind, members: facts, segments, rules });
}

/** What all segments of a chain share. */
interface Work {
  readonly machine: Machine;
  readonly kind: ChainKind;
  readonly counters: Counters;
  readonly flags: number;
  /** Programs that call each other must be of one attach type. */
  readonly expectedAttachType: number;
  readonly opened: DisposableStack;
}

function bodyOf({ machine, opened }: Work, facts: MemberFacts): Body {
  const { record, program, functions } = facts;
  return {
    programId: record.programId,
    name: record.name,
    instructions: program.instructions,
    functions,
    mapFds: openMaps(machine, facts, opened).map(({ raw }) => raw),
  };
}

function joinSegment(
  work: Work,
  places: readonly Place[],
  continuation: Continuation | null,
): JoinedProgram {
  const facts = new Map(places.map((place) => [place.programId, place.facts]));
  return joinMembers({
    kind: work.kind,
    countersFd: work.counters.fd,
    continuation,
    members: places.map(({ member: { linkId, programId, proceedOn } }) => ({
      programId,
      proceedOn,
      counter: work.counters.places.get(linkId) ?? 0,
    })),
    bodies: [...facts.values()].map((one) => bodyOf(work, one)),
  });
}

/** All of a segment are of one kind; what is compatible with the GPL is one program under it. */
function licenseOf([first]: readonly Place[]): string {
  return first === undefined || first.gplCompatible ? "GPL" : first.facts.record.license;
}

function loadSegment(
  work: Work,
  places: readonly Place[],
  continuation: Continuation | null,
): OwnedFd {
  const { bpf } = work.machine.kernel;
  const joined = joinSegment(work, places, continuation);
  using btf = bpf.loadBtf(joined.btf);
  try {
    return work.opened.use(bpf.loadProgram({
      name: MAIN_NAME,
      type: PROGRAM_KINDS[work.kind].type,
      expectedAttachType: work.expectedAttachType,
      flags: work.flags,
      license: licenseOf(places),
      instructions: joined.instructions,
      btfFd: btf.raw,
      functions: joined.functions,
    }));
  } catch (error) {
    throw isVerifierError(error) ? composeRefused(error, joined.places) : error;
  }
}

/** Loads all segments; the first one, which packets will meet, comes last. */
function loadChain(
  work: Work,
  segments: readonly (readonly Place[])[],
  revision: Revision,
): OwnedFd {
  const [first = [], ...more] = segments;
  if (more.length === 0) return loadSegment(work, first, null);
  const { bpf, maps } = work.machine.kernel;
  const shape = { type: PROG_ARRAY, keySize: 4, valueSize: 4, maxEntries: more.length };
  const array = work.opened.use(maps.create({ name: "bpfman_segments", ...shape }));
  for (const [index, places] of more.entries()) {
    const isLast = index === more.length - 1;
    const next = isLast ? null : { arrayFd: array.raw, index: index + 1 };
    const { raw } = loadSegment(work, places, next);
    maps.write(array.raw, index, new Uint8Array(Uint32Array.of(raw).buffer));
  }
  // the kernel empties such an array when nobody outside of programs holds it any more
  bpf.pin(array.raw, `${revision.folder}/${SEGMENTS_PIN}`);
  return loadSegment(work, first, { arrayFd: array.raw, index: 0 });
}

function build(context: ChainContext, spec: ChainSpec, revision: Revision): BuiltChain {
  const { machine } = context;
  const { facts, segments } = read(context, spec);
  using opened = new DisposableStack();
  const work: Work = {
    machine,
    kind: spec.hook.kind,
    counters: opened.use(takeCounters(context, spec, revision)),
    flags: facts.some(({ hasFrags }) => hasFrags) ? HAS_FRAGS : 0,
    expectedAttachType: facts[0]?.program.expectedAttachType ?? 0,
    opened,
  };
  const main = loadChain(work, segments, revision);
  machine.kernel.bpf.pin(main.raw, `${revision.folder}/${MAIN_PIN}`);
  const owned = opened.move();
  return { mainFd: main.raw, memberLinks: new Map(), [Symbol.dispose]: () => owned.dispose() };
}

/** The engine. */
export const composeEngine: ChainEngine = {
  name: "compose",
  needs: COMPOSE_NEEDS,
  limits,
  build,
};
