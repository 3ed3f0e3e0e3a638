/**
 * XDP links: members of the chain of an interface.
 *
 * @module
 */
import { codesOf, DEFAULT_PROCEED_ON } from "../chain/proceed_on.ts";
import type { XdpDetails, XdpTarget } from "../types.ts";
import type { PlaceDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** XDP links. */
export const xdpDriver: PlaceDriver<XdpTarget, XdpDetails> = {
  types: ["xdp"],
  resolve({ machine }, target) {
    const { priority, proceedOn, mode = "native" } = target;
    return {
      kind: "xdp",
      ...findInterface(machine, target),
      priority,
      proceedOn: proceedOn === undefined ? DEFAULT_PROCEED_ON.xdp : codesOf("xdp", proceedOn),
      mode,
      isModeForced: target.mode !== undefined,
    };
  },
};
