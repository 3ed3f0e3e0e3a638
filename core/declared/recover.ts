/**
 * An apply that was killed, taken up by the next change: finished where links were changing
 * already, else undone. What another process did last is known from the phase; how far it came
 * within that, from rows and pins.
 *
 * @module
 */
import { isLeftToNext } from "../left_to_next.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { Notice } from "../types.ts";
import { describeInterruption } from "./describe.ts";
import { enterPhase, finishApply, goForward, undoApply } from "./settle.ts";
import type { ApplyIntent } from "./types.ts";

async function undo(machine: Machine, store: Store, intent: ApplyIntent): Promise<Notice[]> {
  const notices = await undoApply(machine, store, intent);
  return [describeInterruption(intent, "it is undone"), ...notices];
}

async function finish(machine: Machine, store: Store, intent: ApplyIntent): Promise<Notice[]> {
  const notices = await finishApply(machine, store, intent);
  return [describeInterruption(intent, "it is finished"), ...notices];
}

/** Goes on where links were changing; goes back when the kernel does not let it. */
async function goOn(machine: Machine, store: Store, intent: ApplyIntent): Promise<Notice[]> {
  try {
    await goForward(machine, store, intent);
  } catch (error) {
    if (isLeftToNext(error)) throw error;
    return await undo(machine, store, intent);
  }
  return await finish(machine, store, await enterPhase(store, intent, "clear"));
}

/**
 * Takes up an apply that was interrupted.
 *
 * @param machine The machine.
 * @param store The store, open for writing; everything else in it is mended.
 * @returns What was done, for the user.
 * @throws {BpfmanError} When the kernel or the data directory refuses; then the next change tries.
 */
export async function settleApply(machine: Machine, store: Store): Promise<Notice[]> {
  const { apply: intent } = store.state;
  if (intent === undefined) return [];
  switch (intent.phase) {
    case "switch":
      return await goOn(machine, store, intent);
    case "clear":
      return await finish(machine, store, intent);
    case "load":
    case "gate":
    case "back":
      return await undo(machine, store, intent);
  }
}

/**
 * Takes up an apply that was interrupted, for a change that may be about something else: what
 * cannot be done now keeps nobody from working, and is tried again by the next change.
 *
 * @param machine The machine.
 * @param store The store, open for writing; everything else in it is mended.
 * @returns What was done, for the user.
 */
export async function recoverApply(machine: Machine, store: Store): Promise<Notice[]> {
  try {
    return await settleApply(machine, store);
  } catch (error) {
    const { apply: intent } = store.state;
    if (intent === undefined || isLeftToNext(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return [describeInterruption(intent, `it is not settled yet: ${why}`)];
  }
}
