/**
 * Repairs in words.
 *
 * @module
 */
import { describeHookRepair } from "./chain/repair.ts";
import { describeInterruption } from "./declared/describe.ts";
import type { Repair } from "./reconcile.ts";
import type { Notice } from "./types.ts";

/** A repair in words. */
export function describeRepair(repair: Repair): Notice {
  switch (repair.kind) {
    case "adopt-program": {
      const { programId, name } = repair.record;
      return {
        code: "interrupted-load",
        message: `program ${programId} "${name}" comes from a load that was interrupted when all ` +
          "was done: it is kept",
      };
    }
    case "undo-program":
      return {
        code: "half-load",
        message:
          `program ${repair.id} comes from a load that was interrupted halfway: it is undone`,
      };
    case "forget-program": {
      const { programId, name } = repair.record;
      return {
        code: "program-gone",
        message: `program ${programId} "${name}" has lost its pin: it is forgotten`,
      };
    }
    case "finish-link":
      return {
        code: "interrupted-attach",
        message: `link ${repair.id} was interrupted when it was attached: it is kept`,
      };
    case "forget-boot": {
      const { programs, links } = repair.state;
      return {
        code: "booted",
        message:
          `the machine was booted since: ${programs.size} programs and ${links.size} links ` +
          "went with the old kernel and are forgotten",
      };
    }
    case "adopt-link":
      return {
        code: "link-adopted",
        message: `link ${repair.record.id} was made before there were chains: it is a chain of one`,
      };
    case "drop-link":
      return { code: "link-gone", message: `link ${repair.id} has lost its pin: it is forgotten` };
    case "drop-severed-link":
      return {
        code: "interface-gone",
        message: `link ${repair.id} has lost its interface: it is forgotten`,
      };
    case "resume-apply":
      return describeInterruption(repair.intent);
    default:
      return describeHookRepair(repair);
  }
}
