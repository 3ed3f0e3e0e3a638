/**
 * What is remembered when a command begins.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import type { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import { EMPTY_STATE, type StoreState } from "../../core/store/state.ts";
import type { StageCalls } from "./calls.ts";

/** What is remembered; null where that cannot be read, which the loader mends. */
export function rememberedIn(
  layout: Layout,
  files: ReturnType<StageCalls["openKernel"]>["files"],
): StoreState | null {
  const { snapshot, rows, programs } = layout;
  try {
    const state = readSnapshot(snapshot);
    // a database that a refused first load made has no rows, and neither does this file
    const wasUsed = files.exists(rows) || files.list(programs).length > 0;
    return state === EMPTY_STATE && wasUsed ? null : state;
  } catch (error) {
    if (error instanceof BpfmanError) return null;
    throw error;
  }
}
