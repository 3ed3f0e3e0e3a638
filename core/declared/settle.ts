/**
 * The ends of an apply: all of it, or nothing of it. Each may be gone to again by another process,
 * from whatever was done already.
 *
 * @module
 */
import { detachLinks } from "../link/detach.ts";
import { isMember } from "../link/member_hook.ts";
import { stillHeld } from "../link/release.ts";
import type { Machine } from "../machine.ts";
import { unloadProgram } from "../program/unload.ts";
import type { Store } from "../store/kv_store.ts";
import { APPLICATION_KEY, type LinkId, type LinkRecord, type Notice } from "../types.ts";
import type { ProgramId, ProgramRecord } from "../types.ts";
import { dropObjects, dropStaged, publishGeneration } from "./generations.ts";
import { declaredBy } from "./goal.ts";
import { gone, loadedBy, outgoing } from "./left_behind.ts";
import { reach } from "./reach.ts";
import type { ApplyIntent, ApplyPhase } from "./types.ts";

/** Writes down how far an apply came. */
export async function enterPhase(
  store: Store,
  intent: ApplyIntent,
  phase: ApplyPhase,
): Promise<ApplyIntent> {
  const next = { ...intent, phase };
  await store.commit({ apply: next });
  return next;
}

/** Cuts links as far as they are there. */
async function cut(machine: Machine, store: Store, ids: readonly LinkId[]): Promise<Notice[]> {
  const present = ids.filter((id) => store.state.links.has(id));
  const held = await detachLinks(machine, store, present);
  return held.map(stillHeld);
}

/** Unloads programs as far as they are there; whoever uses the maps of another goes before it. */
async function unload(
  machine: Machine,
  store: Store,
  ids: readonly ProgramId[],
): Promise<Notice[]> {
  const rows = ids.map((id) => store.state.programs.get(id)).filter((row) => row !== undefined);
  const order = rows.sort((a, b) => Number(a.mapOwnerId === null) - Number(b.mapOwnerId === null));
  const held: LinkId[] = [];
  for (const { programId } of order) held.push(...await unloadProgram(machine, store, programId));
  return held.map(stillHeld);
}

/** Rows of programs as they are once an apply is done. */
function settledPrograms(store: Store, intent: ApplyIntent): ProgramRecord[] {
  return intent.plans.flatMap((plan) => {
    const { labels } = plan.generation.application;
    const metadata = { ...labels, [APPLICATION_KEY]: plan.name };
    const kept = plan.programs.flatMap((step) => step.kind === "keep" ? [step.programId] : []);
    const loaded = loadedBy(store.state, intent)
      .filter((id) => store.state.programs.get(id)?.declared?.application === plan.name);
    return [...kept, ...loaded].flatMap((id) => {
      const row = store.state.programs.get(id);
      if (row === undefined) return [];
      const { applyId: _, ...rest } = row;
      return [{ ...rest, metadata, declared: declaredBy(plan) }];
    });
  });
}

function settledLinks({ state }: Store, { after }: ApplyIntent): LinkRecord[] {
  return (after?.links ?? []).flatMap(({ id, declared, metadata }) => {
    const row = state.links.get(id);
    return row === undefined || declared === undefined ? [] : [{ ...row, declared, metadata }];
  });
}

/**
 * Goes from the old state to the new one; the old programs stay loaded.
 *
 * @throws {BpfmanError} When the kernel refuses; then all can go back.
 */
export async function goForward(
  machine: Machine,
  store: Store,
  { before, after }: ApplyIntent,
): Promise<void> {
  if (after !== null) await reach(machine, store, { from: before, to: after });
}

/**
 * Lets the old state go. Nothing that can be refused is left to do, besides what needs rights.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param intent The apply, in phase `clear`.
 * @returns What the user should know.
 */
export async function finishApply(
  machine: Machine,
  store: Store,
  intent: ApplyIntent,
): Promise<Notice[]> {
  for (const { generation } of intent.plans) publishGeneration(intent.directory, generation);
  const goes = intent.after === null ? [] : gone(intent.before, intent.after);
  const notices = [
    ...await cut(machine, store, goes),
    ...await unload(machine, store, outgoing(intent)),
  ];
  await store.commit({
    putPrograms: settledPrograms(store, intent),
    putLinks: settledLinks(store, intent),
    apply: null,
  });
  return notices;
}

/**
 * Goes back to the old state: the same programs, the same links with their ids and places.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param intent The apply, in any phase but `clear`.
 * @returns What the user should know.
 */
export async function undoApply(
  machine: Machine,
  store: Store,
  intent: ApplyIntent,
): Promise<Notice[]> {
  const { before, after, directory, plans } = intent;
  const notices: Notice[] = [];
  if (after !== null) {
    if (intent.phase !== "back") await enterPhase(store, intent, "back");
    notices.push(...await reach(machine, store, { from: after, to: before, mayLose: true }));
    notices.push(...await cut(machine, store, gone(after, before)));
  }
  notices.push(...await unload(machine, store, loadedBy(store.state, intent)));
  for (const { generation } of plans) dropStaged(directory, generation);
  dropObjects(directory, plans.map(({ generation }) => generation.object.objectDigest));
  await store.commit({ apply: null });
  return notices;
}

/** Links that an apply made, moved or changed. */
export function changedLinks({ state }: Store, { before, after }: ApplyIntent): LinkRecord[] {
  const old = new Map(before.links.map((link) => [link.id, link]));
  return (after?.links ?? []).filter((link) => {
    const was = old.get(link.id);
    return was === undefined || was.programId !== link.programId || !isSamePlace(was, link);
  }).map(({ id }) => state.links.get(id)).filter((row) => row !== undefined);
}

function isSamePlace({ details: one }: LinkRecord, { details: other }: LinkRecord): boolean {
  if (!("priority" in one) || !("priority" in other)) return true;
  const proceeds = (details: LinkRecord["details"]) =>
    isMember(details) ? details.proceedOn.join() : "";
  return one.priority === other.priority && proceeds(one) === proceeds(other);
}
