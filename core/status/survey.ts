/**
 * What was seen of pins and kernel, and the repairs that follow from it, chains included.
 *
 * @module
 */
import { findHookRepairs } from "../chain/repair.ts";
import type { Machine } from "../machine.ts";
import { type Observation, observe, planRepairs, type Repair } from "../reconcile.ts";
import type { StoreState } from "../store/state.ts";

/** What was seen, and what is to be done about it. */
export interface Survey {
  readonly seen: Observation;
  readonly repairs: readonly Repair[];
}

/** Compares rows with pins and kernel. Reads only. */
export function survey(machine: Machine, state: StoreState): Survey {
  const seen = observe(machine, state);
  const hooks = seen.isOtherBoot ? [] : findHookRepairs(machine, state);
  return { seen, repairs: [...hooks, ...planRepairs(state, seen)] };
}
