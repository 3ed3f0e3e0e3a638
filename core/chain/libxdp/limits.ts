/**
 * Where libxdp may be used: only where it does what it says. In other network namespaces its pins
 * are taken for those of another interface, and without rights it falls back in silence.
 *
 * @module
 */
import { BpfmanError } from "../../errors.ts";
import type { Machine } from "../../machine.ts";
import type { ChainContext, ChainSpec } from "../engine.ts";
import { unfit } from "../freplace/limits.ts";
import { readMember } from "../freplace/member.ts";
import type { ChainHook } from "../model.ts";
import { isOwnNamespace, LIBXDP_BPFFS, readDispatcher, SLOTS } from "./dispatcher.ts";

/** Without these libxdp attaches one program without a dispatcher, and says nothing. */
const RIGHTS = ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"] as const;

function missingLibrary({ kernel }: Machine, ifindex: number): string[] {
  try {
    kernel.libxdp.dispatcher(ifindex);
    return [];
  } catch (error) {
    if (error instanceof Error && error.name === "LibraryError") return [error.message];
    throw error;
  }
}

/** Why the machine does not let libxdp do its work. */
function hindrances(machine: Machine, hook: ChainHook): string[] {
  if (hook.kind !== "xdp") return ["it knows XDP only"];
  if (!isOwnNamespace(machine, hook)) {
    return ["its pins do not tell one network namespace from another: it is used in our own only"];
  }
  const { files, host } = machine.kernel;
  const held = host.capabilities();
  const missing = RIGHTS.filter((name) => !held.has(name));
  if (missing.length > 0) return [`it needs ${missing.join(" and ")}`];
  if (!files.isBpffs(LIBXDP_BPFFS)) {
    return [`no bpffs is mounted at "${LIBXDP_BPFFS}", where it keeps its pins`];
  }
  return missingLibrary(machine, hook.ifindex);
}

/** Programs in the dispatcher besides ours. */
function othersIn({ machine, state }: ChainContext, { hook }: ChainSpec): number {
  const ours = new Set(
    [...state.hooks.values()].flatMap(({ current }) =>
      current?.seat.kind === "libxdp"
        ? current.seat.programs.map(({ kernelProgramId }) => kernelProgramId)
        : []
    ),
  );
  const there = readDispatcher(machine, hook.ifindex)?.programs ?? [];
  return there.filter(({ id }) => !ours.has(id)).length;
}

function tooMany(context: ChainContext, spec: ChainSpec): string[] {
  const others = othersIn(context, spec);
  const count = others + spec.members.length;
  if (count <= SLOTS) return [];
  const theirs = others === 0 ? "" : `, ${others} of others among them`;
  return [`its dispatcher has ${SLOTS} slots, and this chain has ${count} programs${theirs}`];
}

function unfitMembers(context: ChainContext, { members, hook }: ChainSpec): string[] {
  return members.flatMap((member) => {
    try {
      const { record, bytes } = readMember(context, member);
      return unfit({ name: record.name, bytes }, hook.kind);
    } catch (error) {
      if (error instanceof BpfmanError) return [error.message];
      throw error;
    }
  });
}

/** Why libxdp cannot run a chain, in words for users; empty when it can. */
export function libxdpLimits(context: ChainContext, spec: ChainSpec): string[] {
  const found = hindrances(context.machine, spec.hook);
  if (found.length > 0) return found;
  return [...tooMany(context, spec), ...new Set(unfitMembers(context, spec))];
}
