/**
 * The list of links.
 *
 * @module
 */
import { withExplanation } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import { isWantedOwner } from "./owner_filter.ts";
import type { StoreState } from "./store/state.ts";
import type { LinkFilter, LinkKind, LinkRecord, LinkView } from "./types.ts";
import { viewLink } from "./view_link.ts";

function kindOf(record: LinkRecord): LinkKind {
  return record.details.kind;
}

/** Links that pass a filter, ascending by id. */
export function listLinkViews(
  machine: Machine,
  state: StoreState,
  filter: LinkFilter,
): LinkView[] {
  const work = { action: "Cannot list links", needs: ["CAP_SYS_ADMIN"] };
  return withExplanation(machine.kernel, work, () =>
    [...state.links.values()]
      .filter((record) => filter.kinds?.includes(kindOf(record)) ?? true)
      .filter(({ programId }) => filter.programId === undefined || filter.programId === programId)
      .filter(({ programId }) => isWantedOwner(state.programs.get(programId), filter))
      .map((record) => viewLink(machine, state, record)));
}
