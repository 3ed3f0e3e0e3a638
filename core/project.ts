/**
 * The state as repairs will leave it.
 *
 * @module
 */
import { adoptedRows } from "./chain/adopt.ts";
import type { HookRepair } from "./chain/repair.ts";
import { leftBehind } from "./declared/left_behind.ts";
import { allRows, type Repair } from "./reconcile.ts";
import { applyChange, type StoreState } from "./store/state.ts";
import type { LinkRecord } from "./types.ts";

/** What a projection asks the kernel for. */
export interface Projection {
  /** The kernel's id of a link that was not finished. */
  readonly kernelLinkId: (record: LinkRecord) => number | null;
  /** The state with a hook's chain as it is now. */
  readonly projectHook: (state: StoreState, repair: HookRepair) => StoreState;
}

/**
 * The state as it is once the repairs are made: what readers, who may not repair, show.
 *
 * @param state The store.
 * @param repairs The plan.
 * @param asks Asked for what only the kernel knows.
 */
export function projectRepairs(
  state: StoreState,
  repairs: readonly Repair[],
  { kernelLinkId, projectHook }: Projection,
): StoreState {
  return repairs.reduce((current, repair) => {
    switch (repair.kind) {
      case "adopt-program":
        return applyChange(current, { putPrograms: [repair.record] });
      case "forget-program":
        return applyChange(current, { deletePrograms: [repair.record.programId] });
      case "drop-link":
      case "drop-severed-link":
        return applyChange(current, { deleteLinks: [repair.id] });
      case "finish-link": {
        const record = current.links.get(repair.id);
        if (record === undefined) return current;
        return applyChange(current, {
          putLinks: [{ ...record, kernelLinkId: kernelLinkId(record) }],
        });
      }
      case "undo-program":
        return current;
      case "forget-boot":
        return applyChange(current, allRows(repair.state));
      case "adopt-link":
        return applyChange(current, adoptedRows(repair.record, repair.record.pinPath));
      case "resume-apply":
        return applyChange(current, leftBehind(current, repair.intent));
      default:
        return projectHook(current, repair);
    }
  }, state);
}
