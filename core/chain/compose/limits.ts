/**
 * Why programs cannot be one: what the kernel allows one program, held against the sum.
 *
 * @module
 */
import type { ChainKind } from "../proceed_on.ts";
import { callDepth } from "./functions.ts";
import type { CallRules } from "./kernel_rules.ts";
import type { MemberFacts } from "./member.ts";
import { fitsOneSegment, type MemberNeeds, MOST_SEGMENTS, SegmentLimit } from "./segments.ts";

/** BPF_XDP of enum bpf_attach_type; other types of XDP programs belong to maps. */
const BPF_XDP = 37;
/** MAX_BPF_STACK: bytes of all functions that are under way at once. */
const MAX_STACK = 512;
/** From so many bytes on, the functions above one that does a tail call take too much. */
const TOO_MUCH_ABOVE_TAIL_CALL = 256;
/** Bytes of stack of the main program. */
const MAIN_STACK = 4;

/** A chain, as far as limits go. */
export interface LimitQuestion {
  readonly kind: ChainKind;
  /** The programs, each once. */
  readonly members: readonly MemberFacts[];
  /** The programs of each segment. */
  readonly segments: readonly (readonly MemberNeeds[])[];
  /** What this kernel allows calls. */
  readonly rules: CallRules;
}

function quoted(members: readonly MemberFacts[]): string {
  return members.map(({ record }) => `"${record.name}"`).join(", ");
}

function fragsLimit({ members }: LimitQuestion): string[] {
  const [able, others] = [true, false].map((wanted) =>
    members.filter(({ hasFrags }) => hasFrags === wanted)
  );
  if (!able?.length || !others?.length) return [];
  return [
    `either all programs take packets of several buffers (section xdp.frags) or none: ` +
    `${quoted(able)} can, ${quoted(others)} cannot`,
  ];
}

function attachTypeLimit({ kind, members }: LimitQuestion): string[] {
  const types = new Set(members.map(({ program }) => program.expectedAttachType));
  const strays = members.filter(({ program }) => program.expectedAttachType !== BPF_XDP);
  if (kind === "xdp" && strays.length > 0) {
    return strays.map(({ record, program }) =>
      `"${record.name}" is made for "${program.section}", which is no interface`
    );
  }
  // tail calls lead only to programs of the same attach type
  const jumping = members.filter(({ functions }) => functions.some((one) => one.hasTailCall));
  if (types.size < 2 || jumping.length === 0) return [];
  const sections = [...new Set(members.map(({ program }) => program.section))].join('", "');
  return [
    `${quoted(jumping)} calls on into other programs, so all must be of one attach type: they ` +
    `have the sections "${sections}"`,
  ];
}

function moduleLimit({ members }: LimitQuestion): string[] {
  const found = members.filter(({ usesModules }) => usesModules);
  return found.length === 0
    ? []
    : [`${quoted(found)} uses functions or variables of a kernel module`];
}

function stackLimit({ members, rules }: LimitQuestion): string[] {
  return members.flatMap(({ record, functions }) => {
    const depth = callDepth(functions, { unit: rules.stackUnit, mainStack: MAIN_STACK });
    const { frames, bytes, aboveTailCall } = depth;
    const said: string[] = [];
    if (bytes > MAX_STACK) {
      said.push(
        `"${record.name}" and what it calls take ${bytes} bytes of stack in a chain, ` +
          `${MAX_STACK} are allowed`,
      );
    }
    if (rules.mostFrames !== null && frames > rules.mostFrames) {
      said.push(
        `"${record.name}" makes calls ${frames} functions deep in a chain, ` +
          `${rules.mostFrames} are allowed`,
      );
    }
    if (aboveTailCall >= TOO_MUCH_ABOVE_TAIL_CALL) {
      said.push(
        `"${record.name}" does a tail call below ${aboveTailCall} bytes of stack in a chain, ` +
          `less than ${TOO_MUCH_ABOVE_TAIL_CALL} are allowed`,
      );
    }
    return said;
  });
}

function sizeLimits({ members, segments }: LimitQuestion): string[] {
  const { FUNCTIONS, MAPS } = SegmentLimit;
  const said = members.filter(({ needs }) => !fitsOneSegment([needs])).map(({ record, needs }) =>
    `"${record.name}" has ${needs.functions} functions and ${needs.maps.length} maps: with those ` +
    `of the chain that is more than one program may have (${FUNCTIONS} and ${MAPS})`
  );
  if (segments.length > MOST_SEGMENTS) {
    said.push(
      `they would make ${segments.length} programs in a row, and ${MOST_SEGMENTS} may call each ` +
        `other`,
    );
  }
  return said;
}

/** Why these programs cannot be one, in words; empty when they can. */
export function composeLimits(question: LimitQuestion): string[] {
  return [
    fragsLimit,
    attachTypeLimit,
    moduleLimit,
    stackLimit,
    sizeLimits,
  ].flatMap((check) => check(question));
}
