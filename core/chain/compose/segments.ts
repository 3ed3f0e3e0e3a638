/**
 * Chains that are too large for one program: they are cut into several, and each goes on in the next
 * by a tail call. What the kernel allows one program, a segment may have.
 *
 * @module
 */
import type { ProgramId } from "../../types.ts";

/** What one program may have, and so one segment. */
export const SegmentLimit = {
  /** BPF_MAX_SUBPROGS, the main program included. */
  FUNCTIONS: 256,
  /** MAX_USED_MAPS. */
  MAPS: 64,
  /** BPF_COMPLEXITY_LIMIT_INSNS. */
  INSTRUCTIONS: 1_000_000,
  /** The same limit holds for what the verifier walks; a chain is walked a little more often. */
  VERIFIED: 750_000,
} as const;

/** Most programs in a row (MAX_TAIL_CALL_CNT of older kernels, some left for members). */
export const MOST_SEGMENTS = 24;

/** What every segment has besides its members: its main program, the counters, the next segment. */
const OWN = { functions: 1, maps: 2 } as const;
/** Most instructions that the main program spends on one place, and at its beginning and end. */
const INSTRUCTIONS_OF_SLOT = 16;

/** What a member asks of its segment. */
export interface MemberNeeds {
  readonly programId: ProgramId;
  readonly functions: number;
  /** Its maps; the same map of two members is one. */
  readonly maps: readonly (string | number)[];
  readonly instructions: number;
  /** Instructions that the verifier walked when it was loaded. */
  readonly verified: number;
  readonly gplCompatible: boolean;
}

/** True when these members can be one program. */
export function fitsOneSegment(members: readonly MemberNeeds[]): boolean {
  const programs = [...new Map(members.map((one) => [one.programId, one])).values()];
  const sum = (of: (one: MemberNeeds) => number) =>
    programs.reduce((total, one) => total + of(one), 0);
  const maps = new Set(programs.flatMap((one) => one.maps));
  const [first] = members;
  return sum(({ functions }) => functions) + OWN.functions <= SegmentLimit.FUNCTIONS &&
    maps.size + OWN.maps <= SegmentLimit.MAPS &&
    sum(({ instructions }) => instructions) + (members.length + 1) * INSTRUCTIONS_OF_SLOT <=
      SegmentLimit.INSTRUCTIONS &&
    // a program that is called twice is walked twice
    members.reduce((total, { verified }) => total + verified, 0) <= SegmentLimit.VERIFIED &&
    // one program has one licence
    members.every(({ gplCompatible }) => gplCompatible === first?.gplCompatible);
}

/** Cuts a chain into as few segments as its order allows; a member that fits nowhere stands alone. */
export function cutSegments<T extends MemberNeeds>(members: readonly T[]): T[][] {
  const segments: T[][] = [];
  for (const member of members) {
    const last = segments.at(-1);
    if (last !== undefined && fitsOneSegment([...last, member])) last.push(member);
    else segments.push([member]);
  }
  return segments;
}
