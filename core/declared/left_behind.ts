/**
 * Rows that an apply which was interrupted will not leave: what readers, who may not mend, do not
 * show any more.
 *
 * @module
 */
import type { StoreChange, StoreState } from "../store/state.ts";
import type { LinkId, ProgramId } from "../types.ts";
import type { ApplyIntent, LinkGoal } from "./types.ts";

/** Links of one goal that are not in another one. */
export function gone(from: LinkGoal, to: LinkGoal): LinkId[] {
  const kept = new Set(to.links.map(({ id }) => id));
  return from.links.map(({ id }) => id).filter((id) => !kept.has(id));
}

/** Programs that were loaded for an apply. */
export function loadedBy(state: StoreState, { id }: Pick<ApplyIntent, "id">): ProgramId[] {
  return [...state.programs.values()].filter(({ applyId }) => applyId === id)
    .map(({ programId }) => programId);
}

/** Programs that go when an apply succeeds: old versions, and what is not wanted any more. */
export function outgoing({ plans }: Pick<ApplyIntent, "plans">): ProgramId[] {
  return plans.flatMap(({ programs }) =>
    programs.flatMap((step) => step.kind === "replace" || step.kind === "unload" ? [step.from] : [])
  );
}

/** Rows that go, once it is settled which way an apply goes. */
export function leftBehind(state: StoreState, intent: ApplyIntent): StoreChange {
  if (intent.phase === "load") return { deletePrograms: loadedBy(state, intent) };
  if (intent.phase !== "clear" || intent.after === null) return {};
  return {
    deletePrograms: outgoing(intent),
    deleteLinks: gone(intent.before, intent.after),
  };
}
