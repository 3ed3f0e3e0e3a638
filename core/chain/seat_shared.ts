/**
 * The place of our programs in a dispatcher of libxdp: whoever shares it can take them away.
 *
 * @module
 */
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { hasInterface, isOwnNamespace, readDispatcher } from "./libxdp/dispatcher.ts";
import type { ChainHook } from "./model.ts";
import type { LibxdpSeatFacts } from "./record.ts";
import type { SeatSighting } from "./seat_sighting.ts";

function seen(state: SeatSighting["state"]): SeatSighting {
  return { state, programId: null, kernelLinkId: null };
}

function look(machine: Machine, hook: ChainHook, { programs }: LibxdpSeatFacts): SeatSighting {
  if (!isOwnNamespace(machine, hook)) return seen("hidden");
  if (!hasInterface(machine, hook.ifindex)) return seen("severed");
  const there = readDispatcher(machine, hook.ifindex);
  const ids = new Set(there?.programs.map(({ id }) => id));
  const lost = programs.filter(({ kernelProgramId }) => !ids.has(kernelProgramId));
  if (there === null || lost.length === programs.length) return seen("absent");
  return {
    state: "present",
    programId: there.mainProgramId,
    kernelLinkId: null,
    lost: lost.map(({ linkId }) => linkId),
  };
}

/** Looks at our members, without libxdp: readers have no right to open it. */
export function sightShared(
  machine: Machine,
  hook: ChainHook,
  facts: LibxdpSeatFacts,
): SeatSighting {
  try {
    return look(machine, hook, facts);
  } catch (error) {
    if (isSyscallError(error, "EPERM") || isSyscallError(error, "EACCES")) return seen("hidden");
    throw error;
  }
}
