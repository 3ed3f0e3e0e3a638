/**
 * Seats: where the kernel calls a chain. A seat takes a first program, swaps it for another in one
 * atomic step, and is left clean.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { XdpMode } from "../types.ts";
import type { ChainHook } from "./model.ts";
import type { HookRecord, PlannedChain, SeatedChain, TcSeatFacts } from "./record.ts";
import { sightShared } from "./seat_shared.ts";
import type { SeatSighting } from "./seat_sighting.ts";
import {
  type FilterProgram,
  planTc,
  putTc,
  removeEmptyClsact,
  removeTc,
  sightTc,
  swapTc,
} from "./seat_tc.ts";
import { putXdp, removeXdp, sightXdp, swapXdp } from "./seat_xdp.ts";

const ABSENT: SeatSighting = { state: "absent", programId: null, kernelLinkId: null };

/** Chooses what a first chain takes of its hook; null where there is nothing to choose. */
export function planSeat(machine: Machine, hook: ChainHook): TcSeatFacts | null {
  return hook.kind === "tc" ? planTc(machine, hook) : null;
}

function tcFacts({ current, next }: HookRecord): TcSeatFacts | null {
  if (next?.tcSeat) return next.tcSeat;
  return current?.seat.kind === "tc" ? current.seat : null;
}

/** A program for a seat: a first one, or one for the place of the one that is there. */
export interface SeatTaking {
  readonly record: HookRecord;
  readonly next: PlannedChain;
  readonly program: FilterProgram;
}

/**
 * Makes packets meet a program: the one step that a change of a chain consists of.
 *
 * @returns The mode of an XDP chain, null for TC.
 */
export function takeSeat(
  machine: Machine,
  state: StoreState,
  { record, next, program }: SeatTaking,
): XdpMode | null {
  const { hook, current } = record;
  if (hook.kind === "xdp") {
    if (current === null) {
      return putXdp(machine, state, { hook, plan: next, programFd: program.programFd });
    }
    swapXdp(machine, hook, program.programFd);
    return current.mode;
  }
  const facts = tcFacts({ ...record, next });
  if (facts === null) throw new TypeError("Cannot take a TC hook: no filter was chosen");
  if (current === null) putTc(machine, hook, { facts, program });
  else swapTc(machine, hook, { facts, program });
  return null;
}

/**
 * Leaves a hook; what is gone already is fine.
 *
 * @param machine The machine.
 * @param record The hook.
 * @param programs Ids of programs that are ours: a filter that runs another one stays.
 */
export function leaveSeat(
  machine: Machine,
  record: HookRecord,
  programs: readonly number[],
): void {
  const { hook } = record;
  if (hook.kind === "xdp") return removeXdp(machine, hook);
  const facts = tcFacts(record);
  if (facts !== null) removeTc(machine, hook, { facts, programs });
}

/** Looks at a hook's seat. */
export function sightSeat(machine: Machine, record: HookRecord): SeatSighting {
  const { hook, current } = record;
  if (current?.seat.kind === "libxdp") return sightShared(machine, hook, current.seat);
  if (hook.kind === "xdp") return sightXdp(machine, hook);
  const facts = tcFacts(record);
  return facts === null ? ABSENT : sightTc(machine, hook, facts);
}

/** True when the clsact below a chain was made for it. */
function hasMadeClsact(chain: SeatedChain | PlannedChain | null): boolean {
  if (chain === null) return false;
  if ("tcSeat" in chain) return chain.tcSeat?.hasMadeClsact === true;
  return chain.seat.kind === "tc" && chain.seat.hasMadeClsact;
}

/**
 * Removes the clsact that was made for a chain which is gone. Where a chain of ours on the other
 * side still needs it, that chain takes over the duty.
 *
 * @returns The record of the other side when it changes.
 */
export function tidyClsact(
  machine: Machine,
  state: StoreState,
  { hook, current, next }: HookRecord,
): HookRecord | null {
  if (hook.kind !== "tc" || !(hasMadeClsact(current) || hasMadeClsact(next))) return null;
  if (removeEmptyClsact(machine, hook)) return null;
  for (const other of state.hooks.values()) {
    const isTwin = other.hook.kind === "tc" && other.hook.nsid === hook.nsid &&
      other.hook.ifindex === hook.ifindex && other.hook.direction !== hook.direction;
    if (!isTwin || other.current?.seat.kind !== "tc") continue;
    const seat = { ...other.current.seat, hasMadeClsact: true };
    return { ...other, current: { ...other.current, seat } };
  }
  return null;
}
