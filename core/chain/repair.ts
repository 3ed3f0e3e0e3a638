/**
 * What a killed change of a chain left, and what to do about it. The seat decides: what packets
 * meet is what was done.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import { applyChange, type StoreChange, type StoreState } from "../store/state.ts";
import type { LinkId, Notice } from "../types.ts";
import { addedLinks, droppedLinks, finishedChange, pinnedProgram, undoneChange } from "./finish.ts";
import { MAIN_PIN } from "./folder.ts";
import { describeHook, hookKey } from "./model.ts";
import { type HookRecord, linksOfHook } from "./record.ts";
import { sightSeat } from "./seat.ts";
import type { SeatSighting } from "./seat_sighting.ts";

/** What was seen of a hook. */
export interface HookSighting {
  readonly seat: SeatSighting;
  /** Main program of the revision that is under way, null when it is not built. */
  readonly nextProgramId: number | null;
}

/** A difference between a hook's row and its seat, and its mend. */
export interface HookRepair {
  /**
   * `finish-hook`: the change under way was made; `undo-hook`: it was not; `redo-hook`: it is made
   * once more, as others share the hook; `trim-hook`: others took some of our programs away;
   * `drop-hook`: the seat is gone, with all links; `drop-severed-hook`: the interface is.
   */
  readonly kind:
    | "finish-hook"
    | "undo-hook"
    | "redo-hook"
    | "trim-hook"
    | "drop-hook"
    | "drop-severed-hook";
  readonly record: HookRecord;
  /** Links that go with it. */
  readonly dropped: readonly LinkId[];
}

/** Looks at a hook; reads only. */
export function sightHook(machine: Machine, record: HookRecord): HookSighting {
  const { hook, next } = record;
  const isBuilt = next !== null && next.members.length > 0;
  const folder = isBuilt ? machine.layout.revision(hook, next.revision) : "";
  return {
    seat: sightSeat(machine, record),
    nextProgramId: isBuilt ? pinnedProgram(machine, `${folder}/${MAIN_PIN}`) : null,
  };
}

/** True when the place of our filter has a program that is not ours: somebody replaced it. */
function isTaken({ hook, current }: HookRecord, { seat, nextProgramId }: HookSighting): boolean {
  if (hook.kind !== "tc" || seat.state !== "present" || current === null) return false;
  // 0 stands for a program that could not be looked at
  const ours = [current.mainProgramId, nextProgramId];
  return !ours.includes(0) && seat.programId !== null && !ours.includes(seat.programId);
}

function isInterfaceGone(record: HookRecord, seen: HookSighting): boolean {
  const { state } = seen.seat;
  // a filter goes with its interface; whose filter was never there lost nothing
  return state === "severed" || isTaken(record, seen) ||
    (state === "absent" && record.hook.kind === "tc" && record.current !== null);
}

/**
 * Compares a hook with what was seen of it.
 *
 * @param record The hook.
 * @param seen What was seen.
 * @returns The repair, null when all agrees.
 */
export function planHookRepair(record: HookRecord, seen: HookSighting): HookRepair | null {
  const { current, next } = record;
  const all = linksOfHook(record);
  const { state, programId } = seen.seat;
  if (next?.engine === "libxdp") {
    return { kind: "redo-hook", record, dropped: droppedLinks(record) };
  }
  if (state === "hidden") return null;
  const isLeaving = next !== null && next.members.length === 0;
  if (isLeaving && state === "absent") return { kind: "finish-hook", record, dropped: all };
  if (isInterfaceGone(record, seen)) return { kind: "drop-severed-hook", record, dropped: all };
  if (state === "absent") {
    const kind = current === null ? "undo-hook" : "drop-hook";
    return { kind, record, dropped: all };
  }
  if (next === null) {
    const { lost = [] } = seen.seat;
    return lost.length === 0 ? null : { kind: "trim-hook", record, dropped: lost };
  }
  return seen.nextProgramId !== null && seen.nextProgramId === programId
    ? { kind: "finish-hook", record, dropped: droppedLinks(record) }
    : { kind: "undo-hook", record, dropped: addedLinks(record) };
}

/** True when a change that ended with an error was made all the same: what packets meet decides. */
export function isMade(machine: Machine, record: HookRecord): boolean {
  return planHookRepair(record, sightHook(machine, record))?.kind === "finish-hook";
}

/** Looks at all hooks, and compares them with their seats. */
export function findHookRepairs(machine: Machine, state: StoreState): HookRepair[] {
  return [...state.hooks.values()]
    .map((record) => planHookRepair(record, sightHook(machine, record)))
    .filter((repair) => repair !== null);
}

/** The row of a hook without members that others took away. */
function trimmed(record: HookRecord, lost: readonly LinkId[]): HookRecord {
  const { current } = record;
  if (current?.seat.kind !== "libxdp") return record;
  const isThere = ({ linkId }: { readonly linkId: LinkId }) => !lost.includes(linkId);
  const seat = { ...current.seat, programs: current.seat.programs.filter(isThere) };
  return { ...record, current: { ...current, members: current.members.filter(isThere), seat } };
}

/** The change of the store that a repair comes to. Reads pins and kernel only. */
export function repairedRows(machine: Machine, state: StoreState, repair: HookRepair): StoreChange {
  const { record } = repair;
  switch (repair.kind) {
    case "finish-hook":
      return finishedChange(machine, state, record);
    case "undo-hook":
    // until it is made once more, what was there before is what is known
    case "redo-hook":
      return undoneChange(record);
    case "trim-hook":
      return { putHooks: [trimmed(record, repair.dropped)], deleteLinks: repair.dropped };
    case "drop-hook":
    case "drop-severed-hook":
      return { deleteHooks: [hookKey(record.hook)], deleteLinks: repair.dropped };
  }
}

/** The state as it is once the repair is made: what readers, who may not repair, show. */
export function projectHookRepair(
  machine: Machine,
  state: StoreState,
  repair: HookRepair,
): StoreState {
  return applyChange(state, repairedRows(machine, state, repair));
}

function listed(ids: readonly LinkId[]): string {
  return ids.length === 1 ? `link ${ids[0]}` : `links ${ids.join(", ")}`;
}

/** A repair in words. */
export function describeHookRepair({ kind, record, dropped }: HookRepair): Notice {
  const place = `the chain on "${describeHook(record.hook)}"`;
  const [are, their] = dropped.length === 1 ? ["is", "its"] : ["are", "their"];
  switch (kind) {
    case "finish-hook":
      return {
        code: "interrupted-change",
        message: `a change of ${place} was interrupted when it was done: it is kept`,
      };
    case "redo-hook":
      return {
        code: "interrupted-change",
        message: `a change of ${place} was interrupted: it is made once more`,
      };
    case "undo-hook":
      return {
        code: "interrupted-change",
        message: `a change of ${place} was interrupted before it was done: it is undone`,
      };
    case "drop-severed-hook":
      return {
        code: "interface-gone",
        message: `${listed(dropped)} on "${describeHook(record.hook)}" ` +
          `${dropped.length === 1 ? "has" : "have"} lost ` +
          `${record.hook.kind === "tc" ? `${their} filter, or the interface` : "the interface"}: ` +
          `${dropped.length === 1 ? "it is" : "they are"} forgotten`,
      };
    case "trim-hook":
    case "drop-hook":
      return {
        code: "link-gone",
        message: `${listed(dropped)} on "${describeHook(record.hook)}" ${are} gone from the ` +
          `hook: ${dropped.length === 1 ? "it is" : "they are"} forgotten`,
      };
  }
}
