/**
 * Rows that the store lost and that can be made anew: from the copy of the rows, where pins and
 * kernel agree with it, and from what a link itself tells of its place.
 *
 * @module
 */
import type { OwnedFd } from "../../ffi/mod.ts";
import { hookKey, hookWord } from "../chain/model.ts";
import { linksOfHook } from "../chain/record.ts";
import { sightSeat } from "../chain/seat.ts";
import { isOfOtherBoot } from "../identity.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { isMember } from "../link/member_hook.ts";
import { readSnapshot } from "../store/snapshot.ts";
import { EMPTY_STATE, type StoreChange, type StoreState } from "../store/state.ts";
import type { LinkRecord } from "../types.ts";
import { placedByKernel } from "./place_by_kernel.ts";

/** What can be made anew. */
export interface Recoverable {
  /** The rows. */
  readonly change: StoreChange;
  /** Pins that they stand for, by path. */
  readonly paths: ReadonlySet<string>;
}

/** The copy of the rows; nothing when it is of no use. */
export function copiedRows(machine: Machine): StoreState {
  try {
    const state = readSnapshot(machine.layout.rows);
    return isOfOtherBoot(machine, state) ? EMPTY_STATE : state;
  } catch {
    // damaged, of a newer version, or not for us to read: then pins tell what they can
    return EMPTY_STATE;
  }
}

function openQuietly({ kernel }: Machine, path: string): OwnedFd | null {
  try {
    return kernel.bpf.openPin(path);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return null;
  }
}

/** True while a row's pin holds the very link that the row is of. */
function isLive(machine: Machine, { pinPath, kernelLinkId, programId }: LinkRecord): boolean {
  using pin = pinPath === "" ? null : openQuietly(machine, pinPath);
  if (pin === null) return false;
  const info = machine.kernel.bpf.linkInfoByFd(pin.raw);
  return info.id === kernelLinkId && info.programId === programId;
}

function savedLinks(machine: Machine, state: StoreState, copy: StoreState): LinkRecord[] {
  return [...copy.links.values()].filter((row) =>
    !isMember(row.details) && !state.links.has(row.id) && state.programs.has(row.programId) &&
    isLive(machine, row)
  );
}

function savedHooks(machine: Machine, state: StoreState, copy: StoreState) {
  return [...copy.hooks.values()].filter((record) => {
    if (state.hooks.has(hookKey(record.hook)) || record.current === null) return false;
    const isKnown = record.current.members.every(({ programId, linkId }) =>
      state.programs.has(programId) && !state.links.has(linkId)
    );
    const seat = sightSeat(machine, record);
    return isKnown && seat.state === "present" && seat.programId === record.current.mainProgramId;
  });
}

/** Rows for pins of links that the copy does not know, as far as the kernel tells the place. */
function toldLinks(machine: Machine, state: StoreState, taken: ReadonlySet<string>): LinkRecord[] {
  const rows: LinkRecord[] = [];
  const used = new Set([...state.links.keys()]);
  for (const row of placedByKernel(machine, state)) {
    if (taken.has(row.pinPath)) continue;
    let id = row.id;
    while (used.has(id)) id++;
    used.add(id);
    rows.push({ ...row, id });
  }
  return rows;
}

/**
 * Finds the rows that can be made anew. Reads only.
 *
 * @param machine The machine.
 * @param state The rows that there are.
 * @param copy The copy of the rows.
 */
export function recoverable(
  machine: Machine,
  state: StoreState,
  copy: StoreState = copiedRows(machine),
): Recoverable {
  const { layout } = machine;
  const hooks = savedHooks(machine, state, copy).map((record) => ({ ...record, next: null }));
  const members = hooks.flatMap(linksOfHook).flatMap((id) => copy.links.get(id) ?? []);
  const own = savedLinks(machine, state, copy);
  const known = new Set([...state.links.values(), ...own].map(({ pinPath }) => pinPath));
  const withSaved = {
    ...state,
    links: new Map([...state.links, ...own.map((row) => [row.id, row] as const)]),
  };
  const told = toldLinks(machine, withSaved, known);
  const putLinks = [...members, ...own, ...told];
  const nextLinkId = Math.max(state.nextLinkId, ...putLinks.map(({ id }) => id + 1));
  const chains = hooks.flatMap(({ hook, current }) => [
    layout.seatPin(hook),
    layout.revision(hook, current?.revision ?? 0),
    `${layout.bpffs}/${hookWord(hook)}`,
  ]);
  return {
    change: { putLinks, putHooks: hooks, ...(putLinks.length === 0 ? {} : { nextLinkId }) },
    paths: new Set([...chains, ...putLinks.map(({ pinPath }) => pinPath)]),
  };
}
