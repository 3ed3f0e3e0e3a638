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
import { takeCounters } from "./counters.ts";
import { type Body, type JoinedProgram, joinMembers, MAIN_NAME } from "./join.ts";
import { composeLimits } from "./limits.ts";
import { type MemberFacts, memberFacts, openMaps, programsOf } from "./member.ts";
import { composeRefused, isVerifierError } from "./refusal.ts";

/** BPF_F_XDP_HAS_FRAGS. */
const HAS_FRAGS = 1 << 5;

/** First release that rounds stacks up to 16 bytes where programs are compiled; before, to 32. */
const FINE_STACK = [6, 8] as const;

/** What this kernel rounds the stack of a function up to. */
export function stackUnit(release: string): number {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  return major > FINE_STACK[0] || major === FINE_STACK[0] && minor >= FINE_STACK[1] ? 16 : 32;
}

function factsOf({ machine, state }: ChainContext, { members }: ChainSpec): MemberFacts[] {
  return programsOf(state, members).map((record) => memberFacts(machine, record));
}

/** Different maps of all members; maps without an id are taken as different. */
function countMaps(facts: readonly MemberFacts[]): number {
  return new Set(
    facts.flatMap(({ record, program }) =>
      program.maps.map((name) => record.mapIds?.[name] ?? `${record.programId} ${name}`)
    ),
  ).size;
}

function limits(context: ChainContext, spec: ChainSpec): string[] {
  const members = factsOf(context, spec);
  return composeLimits({
    kind: spec.hook.kind,
    slots: spec.members.length,
    members,
    maps: countMaps(members),
    stackUnit: stackUnit(context.machine.kernel.host.release),
  });
}

function bodyOf(machine: Machine, facts: MemberFacts, owner: DisposableStack): Body {
  const { record, program, functions } = facts;
  return {
    programId: record.programId,
    name: record.name,
    instructions: program.instructions,
    functions,
    mapFds: openMaps(machine, facts, owner).map(({ raw }) => raw),
  };
}

/** One program has one licence; the limits have seen to it that all are of one kind. */
function licenseOf(facts: readonly MemberFacts[]): string {
  if (facts.every(({ record }) => record.gplCompatible)) return "GPL";
  return facts[0]?.record.license ?? "";
}

function loadJoined(
  { kernel }: Machine,
  joined: JoinedProgram,
  { spec, facts }: { readonly spec: ChainSpec; readonly facts: readonly MemberFacts[] },
): OwnedFd {
  using btf = kernel.bpf.loadBtf(joined.btf);
  const { type } = PROGRAM_KINDS[spec.hook.kind === "xdp" ? "xdp" : "tc"];
  try {
    return kernel.bpf.loadProgram({
      name: MAIN_NAME,
      type,
      expectedAttachType: facts[0]?.program.expectedAttachType ?? 0,
      flags: facts.some(({ hasFrags }) => hasFrags) ? HAS_FRAGS : 0,
      license: licenseOf(facts),
      instructions: joined.instructions,
      btfFd: btf.raw,
      functions: joined.functions,
    });
  } catch (error) {
    throw isVerifierError(error) ? composeRefused(error, joined.places) : error;
  }
}

function build(context: ChainContext, spec: ChainSpec, revision: Revision): BuiltChain {
  const { machine } = context;
  const facts = factsOf(context, spec);
  using opened = new DisposableStack();
  const counters = opened.use(takeCounters(context, spec, revision));
  const joined = joinMembers({
    kind: spec.hook.kind,
    countersFd: counters.fd,
    members: spec.members.map(({ linkId, programId, proceedOn }) => ({
      programId,
      proceedOn,
      counter: counters.places.get(linkId) ?? 0,
    })),
    bodies: facts.map((one) => bodyOf(machine, one, opened)),
  });
  using steps = new DisposableStack();
  const main = steps.use(loadJoined(machine, joined, { spec, facts }));
  machine.kernel.bpf.pin(main.raw, `${revision.folder}/dispatcher`);
  const owned = steps.move();
  return { mainFd: main.raw, memberLinks: new Map(), [Symbol.dispose]: () => owned.dispose() };
}

/** The engine. */
export const composeEngine: ChainEngine = {
  name: "compose",
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  limits,
  build,
};
