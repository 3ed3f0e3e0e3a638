/**
 * The order of a chain: priority, then age. The age is the link's id, which never changes, so that
 * an unrelated change never turns two members of the same priority round.
 *
 * @module
 */
import type { ChainMember } from "./model.ts";

/** The members in the order in which they run. */
export function inOrder(members: readonly ChainMember[]): ChainMember[] {
  return [...members].sort((a, b) => a.priority - b.priority || a.linkId - b.linkId);
}
