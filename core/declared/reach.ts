/**
 * Bringing links to a goal. What is missing is read from rows and pins, so that a way that was
 * interrupted is gone on with, or back.
 *
 * Links that only the start of the way has stay, except in chains: whoever goes the way cuts them
 * when nothing can be refused any more.
 *
 * @module
 */
import { changeHook, type HookChange } from "../chain/change.ts";
import type { ChainEdit } from "../chain/edits.ts";
import { type ChainHook, type ChainMember, describeHook, hookKey } from "../chain/model.ts";
import { isInterfaceThere } from "../interface_there.ts";
import { isLeftToNext } from "../left_to_next.ts";
import { attachRow } from "../link/attach.ts";
import { chainOf, priorityOf } from "../link/chain.ts";
import { detachLinks } from "../link/detach.ts";
import { describePlace } from "../link/driver.ts";
import { hookOf, isMember, type MemberDetails } from "../link/member_hook.ts";
import { moveLink } from "../link/move.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import { applyChange } from "../store/state.ts";
import type { LinkRecord, Notice } from "../types.ts";
import type { LinkGoal } from "./types.ts";

/** A way from one goal to another. */
export interface Way {
  readonly from: LinkGoal;
  readonly to: LinkGoal;
  /** True to go on without links whose place is gone: on the way back. @default false */
  readonly mayLose?: boolean;
}

/** A way that is gone. */
interface Walk {
  readonly machine: Machine;
  readonly store: Store;
  readonly way: Way;
  readonly notices: Notice[];
}

type Member = LinkRecord & { readonly details: MemberDetails };

function isMemberRow(row: LinkRecord): row is Member {
  return isMember(row.details);
}

function lose({ notices }: Walk, links: readonly LinkRecord[], error: unknown): void {
  const why = error instanceof Error ? `: ${error.message}` : "";
  for (const { id, details } of links) {
    const place = `link ${id} on "${describePlace(details)}"`;
    notices.push({ code: "link-lost", message: `${place} could not be given back${why}` });
  }
}

/** Makes a link that is not there. */
async function makeMissing(walk: Walk, goal: LinkRecord): Promise<void> {
  const { machine, store, way } = walk;
  try {
    await attachRow(machine, store, goal);
  } catch (error) {
    if (way.mayLose !== true || isLeftToNext(error)) throw error;
    lose(walk, [goal], error);
  }
}

/** Lets a link run the program of its goal. */
async function move({ machine, store, way }: Walk, row: LinkRecord, goal: LinkRecord) {
  const other = way.from.links.find(({ id }) => id === goal.id);
  if (other === undefined || other.programId === goal.programId) return;
  const to = store.state.programs.get(goal.programId);
  if (to === undefined) return;
  // of a program that is gone only the id is needed
  const from = store.state.programs.get(other.programId) ?? { ...to, programId: other.programId };
  // also where the row says that it was done: something of it may be missing
  await moveLink(machine, store, { record: row, from, to });
}

/** True when another priority changes nothing for the kernel. */
function isSameOrder({ store }: Walk, row: LinkRecord, details: LinkRecord["details"]): boolean {
  if (details.kind !== "tcx" && details.kind !== "netkit") return true;
  const ids = (state = store.state) => chainOf(state, details).map(({ id }) => id).join();
  return ids() === ids(applyChange(store.state, { putLinks: [{ ...row, details }] }));
}

/** Gives a link of a hook that the kernel keeps in order another place in that order. */
async function reorder(walk: Walk, goal: LinkRecord): Promise<void> {
  const { machine, store } = walk;
  const row = store.state.links.get(goal.id);
  if (row === undefined || priorityOf(row) === priorityOf(goal)) return;
  const { details } = goal;
  if (isSameOrder(walk, row, details)) {
    return await store.commit({ putLinks: [{ ...row, details }] });
  }
  // the kernel moves no link, and takes a program once on a hook
  await detachLinks(machine, store, [row.id]);
  await makeMissing(walk, goal);
}

/** True for a refusal that is no reason to stop: the place of a link is gone. */
function isLoss({ machine, way }: Walk, { details }: LinkRecord, error: unknown): boolean {
  if (way.mayLose !== true || isLeftToNext(error)) return false;
  return "ifindex" in details && !isInterfaceThere(machine, details);
}

async function reachOwn(walk: Walk, goal: LinkRecord): Promise<void> {
  const row = walk.store.state.links.get(goal.id);
  if (row === undefined) return await makeMissing(walk, goal);
  try {
    await move(walk, row, goal);
    await reorder(walk, goal);
  } catch (error) {
    if (!isLoss(walk, goal, error)) throw error;
    lose(walk, [goal], error);
  }
}

function memberOf({ id, programId, details }: Member): ChainMember {
  const { priority, proceedOn } = details;
  return { linkId: id, programId, priority, proceedOn };
}

function isAlike(one: ChainMember, other: ChainMember): boolean {
  return one.programId === other.programId && one.priority === other.priority &&
    one.proceedOn.join() === other.proceedOn.join();
}

/** What leads a chain to its goal. */
export function editsOf(
  members: readonly ChainMember[],
  { from, to }: { readonly from: readonly Member[]; readonly to: readonly Member[] },
): ChainEdit[] {
  const wanted = new Set(to.map(({ id }) => id));
  const removed = from.filter(({ id }) => !wanted.has(id))
    .filter(({ id }) => members.some(({ linkId }) => linkId === id));
  const changed = to.map(memberOf).flatMap((member): ChainEdit[] => {
    const found = members.find(({ linkId }) => linkId === member.linkId);
    if (found === undefined) return [{ kind: "add", member }];
    return isAlike(found, member) ? [] : [{ kind: "update", ...member }];
  });
  return [
    ...removed.map(({ id }): ChainEdit => ({ kind: "remove", linkId: id })),
    ...changed,
  ];
}

/** One hook of a way. */
interface HookWay {
  readonly hook: ChainHook;
  readonly from: readonly Member[];
  readonly to: readonly Member[];
}

function hooksOf({ from, to }: Way): HookWay[] {
  const keyOf = ({ details }: Member) => hookKey(hookOf(details));
  const [starts, ends] = [from, to].map(({ links }) =>
    Map.groupBy(links.filter(isMemberRow), keyOf)
  );
  const keys = [...new Set([...starts?.keys() ?? [], ...ends?.keys() ?? []])].sort();
  return keys.flatMap((key) => {
    const [own, wanted] = [starts?.get(key) ?? [], ends?.get(key) ?? []];
    const [first] = [...wanted, ...own];
    return first === undefined ? [] : [{ hook: hookOf(first.details), from: own, to: wanted }];
  });
}

/** Rows of links that join: where they are pinned is found out. */
function joining(edits: readonly ChainEdit[], to: readonly Member[]): LinkRecord[] {
  const added = new Set(edits.flatMap((edit) => edit.kind === "add" ? [edit.member.linkId] : []));
  return to.filter(({ id }) => added.has(id))
    .map((row) => ({ ...row, kernelLinkId: null, pinPath: "" }));
}

/** The change of one hook; null when it is as it shall be. */
function changeOf({ store, way }: Walk, { hook, from, to }: HookWay): HookChange | null {
  const key = hookKey(hook);
  const current = store.state.hooks.get(key)?.current ?? null;
  const edits = editsOf(current?.members ?? [], { from, to });
  const wish = way.to.hooks[key] ?? {};
  const isEngineNew = wish.choice !== undefined && current !== null && to.length > 0 &&
    current.choice !== wish.choice;
  if (edits.length === 0 && !isEngineNew) return null;
  return {
    hook,
    edits,
    action: `Cannot change the chain on "${describeHook(hook)}"`,
    newLinks: joining(edits, to),
    ...wish,
  };
}

/** Changes a hook as a whole: at no moment do packets meet a part of it. */
async function reachHook(walk: Walk, one: HookWay): Promise<void> {
  const { machine, store } = walk;
  const change = changeOf(walk, one);
  if (change === null) return;
  try {
    await changeHook(machine, store, change);
  } catch (error) {
    const [first] = [...one.to, ...one.from];
    if (first === undefined || !isLoss(walk, first, error)) throw error;
    lose(walk, one.to, error);
  }
}

/**
 * Goes a way: links that stand for themselves first, as they are refused most, then each chain by
 * one swap.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param way From where to where.
 * @returns What was lost.
 * @throws {BpfmanError} When the kernel refuses; what was done so far is done.
 */
export async function reach(machine: Machine, store: Store, way: Way): Promise<Notice[]> {
  const walk: Walk = { machine, store, way, notices: [] };
  for (const goal of way.to.links) if (!isMember(goal.details)) await reachOwn(walk, goal);
  for (const one of hooksOf(way)) await reachHook(walk, one);
  return walk.notices;
}
