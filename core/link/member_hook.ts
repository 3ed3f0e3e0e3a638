/**
 * Which hook an XDP or TC link belongs to.
 *
 * @module
 */
import { type ChainHook, hookKey } from "../chain/model.ts";
import { linksOfHook } from "../chain/record.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkDetails, LinkRecord, TcDetails, XdpDetails } from "../types.ts";

/** Where a member of a chain sits. */
export type MemberDetails = XdpDetails | TcDetails;

/** True for the details of a link that is a member of a chain. */
export function isMember(details: LinkDetails): details is MemberDetails {
  return details.kind === "xdp" || details.kind === "tc";
}

/** The hook of a member. */
export function hookOf(details: MemberDetails): ChainHook {
  const { interface: name, ifindex, netns, nsid } = details;
  const place = { interface: name, ifindex, netns, nsid };
  return details.kind === "xdp"
    ? { kind: "xdp", ...place }
    : { kind: "tc", ...place, direction: details.direction };
}

/** The hook whose chain a link is a member of; null for links that stand for themselves. */
export function hookOfLink(state: StoreState, { id, details }: LinkRecord): ChainHook | null {
  if (!isMember(details)) return null;
  const record = state.hooks.get(hookKey(hookOf(details)));
  return record !== undefined && linksOfHook(record).includes(id) ? record.hook : null;
}
