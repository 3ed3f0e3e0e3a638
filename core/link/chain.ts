/**
 * The order of our links on a hook that takes several: priority, then age. The age is the link's
 * id, which never changes, so that an unrelated attach never turns two of the same priority round.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkDetails, LinkRecord, NetkitDetails, TcxDetails } from "../types.ts";
import { hookOf, isMember } from "./member_hook.ts";

/** Kinds whose hooks take several programs. */
export type ChainedDetails = TcxDetails | NetkitDetails;

function isChained(details: LinkDetails): details is ChainedDetails {
  return details.kind === "tcx" || details.kind === "netkit";
}

function side(details: ChainedDetails): string {
  return details.kind === "netkit" ? details.end : details.direction;
}

/** Links on the hook of the given place in the order in which the kernel runs them. */
export function chainOf(state: StoreState, hook: ChainedDetails): LinkRecord[] {
  return [...state.links.values()].filter(({ details }) =>
    details.kind === hook.kind && details.nsid === hook.nsid &&
    details.ifindex === hook.ifindex && side(details) === side(hook)
  ).sort((a, b) => priorityOf(a) - priorityOf(b) || a.id - b.id);
}

/** Priority of a link, 0 for kinds without. */
export function priorityOf({ details }: LinkRecord): number {
  return "priority" in details ? details.priority : 0;
}

/** Position of a member in the chain of its hook. */
function memberPosition(state: StoreState, record: LinkRecord): number {
  const { id, details } = record;
  if (!isMember(details)) return 0;
  const chain = state.hooks.get(hookKey(hookOf(details)))?.current;
  return Math.max(0, chain?.members.findIndex(({ linkId }) => linkId === id) ?? 0);
}

/** Position of a link among ours on its hook, from 0; null where the kind has none. */
export function positionOf(state: StoreState, record: LinkRecord): number | null {
  const { details } = record;
  if (isMember(details)) return memberPosition(state, record);
  if (!isChained(details)) return null;
  return chainOf(state, details).findIndex(({ id }) => id === record.id);
}
