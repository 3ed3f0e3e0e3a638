/**
 * TC links: members of the chain on one side of an interface.
 *
 * @module
 */
import { codesOf, DEFAULT_PROCEED_ON } from "../chain/proceed_on.ts";
import type { TcDetails, TcTarget } from "../types.ts";
import type { PlaceDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** TC links. */
export const tcDriver: PlaceDriver<TcTarget, TcDetails> = {
  types: ["tc"],
  resolve({ machine }, target) {
    const { direction, priority, proceedOn } = target;
    return {
      kind: "tc",
      ...findInterface(machine, target),
      direction,
      priority,
      proceedOn: proceedOn === undefined ? DEFAULT_PROCEED_ON.tc : codesOf("tc", proceedOn),
      // the chain's first filter is chosen when there is none yet
      filterPriority: 0,
      filterHandle: 0,
    };
  },
};
