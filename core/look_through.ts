/**
 * What a reader shows where something is to be mended: it may not mend, so it shows what comes of it.
 *
 * @module
 */
import { projectHookRepair } from "./chain/repair.ts";
import { describeRepair } from "./describe_repair.ts";
import type { Machine } from "./machine.ts";
import { projectRepairs } from "./project.ts";
import type { Look, ReadStates } from "./session_types.ts";
import { isLockHeld } from "./store/lock.ts";
import type { LinkRecord, Notice } from "./types.ts";

/** What is shown, and what the user should know of it. */
export interface Seen {
  readonly states: ReadStates;
  readonly notices: readonly Notice[];
}

function kernelLinkId({ kernel }: Machine, link: LinkRecord): number | null {
  try {
    using fd = kernel.bpf.openPin(link.pinPath);
    return kernel.bpf.linkInfoByFd(fd.raw).id;
  } catch {
    return null;
  }
}

/**
 * Looks through what is to be mended at the state behind it.
 *
 * @param machine The machine.
 * @param first What was seen: there are repairs.
 * @param lookAgain Looks once more.
 */
export async function lookThrough(
  machine: Machine,
  first: Look,
  lookAgain: (machine: Machine) => Promise<Look>,
): Promise<Seen> {
  // what looks interrupted may be the work of somebody who is at it now, or just was
  const isAtWork = isLockHeld(machine.layout.lock);
  const { stored, repairs, notice, isGuess } = isAtWork ? first : await lookAgain(machine);
  const seen = projectRepairs(stored, repairs, {
    kernelLinkId: (link) => kernelLinkId(machine, link),
    projectHook: (state, repair) => projectHookRepair(machine, state, repair),
  });
  // without rows nobody knows what a pin is for: what is said of it would be wrong
  const said = isGuess ? [] : repairs.map(describeRepair);
  const notices = notice === null ? said : [notice, ...said];
  return { states: { seen, stored }, notices: isAtWork ? [] : notices };
}
