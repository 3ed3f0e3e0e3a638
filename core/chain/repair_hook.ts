/**
 * Making the repairs of hooks.
 *
 * @module
 */
import { isLeftToNext } from "../left_to_next.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import { finishHook, leaveHook } from "./change.ts";
import { removeFolder, removeRevisions } from "./folder.ts";
import { sweepDispatchers } from "./libxdp/dispatcher.ts";
import type { HookRecord } from "./record.ts";
import { type HookRepair, repairedRows } from "./repair.ts";
import { tidyClsact } from "./seat.ts";
import { changeShared } from "./shared.ts";

/** Makes a change of a shared hook once more; where that cannot be, the old rows hold. */
async function redoShared(machine: Machine, store: Store, record: HookRecord): Promise<void> {
  try {
    await changeShared(machine, store, record);
  } catch (error) {
    // the command that finds this is about something else and must not fail for it
    if (isLeftToNext(error)) throw error;
  }
}

/**
 * Makes a repair.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param repair The repair.
 */
export async function repairHook(
  machine: Machine,
  store: Store,
  repair: HookRepair,
): Promise<void> {
  const { record } = repair;
  if (repair.kind === "finish-hook") return await finishHook(machine, store, { record });
  if (repair.kind === "redo-hook") return await redoShared(machine, store, record);
  if (repair.kind === "trim-hook") {
    return await store.commit(repairedRows(machine, store.state, repair));
  }
  const { hook, next, current } = record;
  const isDropped = repair.kind !== "undo-hook";
  if (next !== null) removeFolder(machine, machine.layout.revision(hook, next.revision));
  // a link whose interface is gone is still pinned
  if (isDropped && current?.seat.kind === "libxdp") {
    const programs = current.seat.programs.map(({ kernelProgramId }) => kernelProgramId);
    sweepDispatchers(machine, hook.ifindex, programs);
  } else if (isDropped) {
    leaveHook(machine, record);
    removeRevisions(machine, hook);
  }
  const isEmpty = isDropped || current === null;
  const twin = isEmpty ? tidyClsact(machine, store.state, record) : null;
  const change = repairedRows(machine, store.state, repair);
  await store.commit({ ...change, putHooks: [...change.putHooks ?? [], ...twin ? [twin] : []] });
}
