/**
 * Which of the programs in a dispatcher are ours: by what we wrote down, and after a kill by what
 * they are. Plain data.
 *
 * @module
 */
import type { LibxdpProgram } from "../../../ffi/mod.ts";
import type { LinkId, ProgramId } from "../../types.ts";

/** A member as it must look in the dispatcher. */
export interface WantedMember {
  readonly linkId: LinkId;
  readonly priority: number;
  readonly chainActions: readonly number[];
  /** What two loads of one program have in common: name, tag, maps. */
  readonly likeness: string;
}

/** A program that may be ours. */
export interface Candidate extends LibxdpProgram {
  readonly likeness: string;
}

/** What is to be done to a dispatcher. */
export interface SharedPlan {
  /** Members that run as they shall, with the kernel ids of their programs. */
  readonly running: ReadonlyMap<LinkId, ProgramId>;
  /** Members that must join. */
  readonly joining: readonly WantedMember[];
  /** Programs of ours that must leave, once the others have joined. */
  readonly leaving: readonly ProgramId[];
}

function isLike(wanted: WantedMember, candidate: Candidate): boolean {
  return wanted.priority === candidate.priority && wanted.likeness === candidate.likeness &&
    wanted.chainActions.join() === candidate.chainActions.join();
}

/**
 * Compares what runs with what is wanted.
 *
 * @param wanted Members as they shall run.
 * @param candidates Programs in the dispatcher that are not known to be of others.
 * @param known Kernel ids of members' programs, as they were written down.
 */
export function planShared(
  wanted: readonly WantedMember[],
  candidates: readonly Candidate[],
  known: ReadonlyMap<LinkId, ProgramId>,
): SharedPlan {
  const running = new Map<LinkId, ProgramId>();
  const taken = new Set<ProgramId>();
  const take = (member: WantedMember, fits: (candidate: Candidate) => boolean): void => {
    const found = running.has(member.linkId)
      ? undefined
      : candidates.find((candidate) =>
        !taken.has(candidate.id) && isLike(member, candidate) && fits(candidate)
      );
    if (found === undefined) return;
    running.set(member.linkId, found.id);
    taken.add(found.id);
  };
  const ids = new Set(known.values());
  for (const member of wanted) take(member, ({ id }) => id === known.get(member.linkId));
  for (const member of wanted) take(member, ({ id }) => !ids.has(id));
  return {
    running,
    joining: wanted.filter(({ linkId }) => !running.has(linkId)),
    leaving: candidates.map(({ id }) => id).filter((id) => ids.has(id) && !taken.has(id)),
  };
}
