/**
 * The place of a TC chain: one `cls_bpf` filter in direct action mode on a clsact, whose program is
 * replaced in one step. Such a filter has no id and no pin, and lives as long as its interface.
 * Filters of others, and a qdisc of another kind, are never touched.
 *
 * @module
 */
import type { TrafficFilter } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { ChainHook } from "./model.ts";
import type { TcSeatFacts } from "./record.ts";
import type { SeatSighting } from "./seat_sighting.ts";

/** The hook of a TC chain. */
export type TcHook = Extract<ChainHook, { readonly kind: "tc" }>;

/** First preference that is tried for a filter of ours. */
const FIRST_PREFERENCE = 50;
const HANDLE = 1;

/** A program for a filter, with the name that `tc filter show` gives. */
export interface FilterProgram {
  readonly programFd: number;
  readonly name: string;
}

function inside(netns: string | null): string {
  return netns === null ? "" : `nsenter --net=${netns} `;
}

function freePreference(filters: readonly TrafficFilter[]): number {
  const taken = new Set(filters.map(({ priority }) => priority));
  let preference = FIRST_PREFERENCE;
  while (taken.has(preference)) preference++;
  return preference;
}

/**
 * Chooses the filter of a first chain; changes nothing.
 *
 * @param machine The machine.
 * @param hook The hook.
 * @throws {BpfmanError} When a discipline of somebody else is in the slot that clsact needs.
 */
export function planTc({ kernel }: Machine, hook: TcHook): TcSeatFacts {
  const { direction, ifindex, interface: name, netns } = hook;
  const { qdisc, filters } = kernel.network.within(netns, () => ({
    qdisc: kernel.traffic.ingressQdisc(ifindex),
    filters: kernel.traffic.filters(ifindex, direction),
  }));
  if (qdisc !== null && qdisc.kind !== "clsact") {
    throw new BpfmanError(
      `Cannot attach to "${name}": a "${qdisc.kind}" qdisc already occupies the ingress qdisc ` +
        "slot; a TC program requires clsact",
      {
        code: "foreign-qdisc",
        kind: ErrorKind.KERNEL,
        hint: `Whoever owns it can remove it: ${inside(netns)}tc qdisc del dev ${name} ingress`,
      },
    );
  }
  return {
    kind: "tc",
    filterPriority: freePreference(filters),
    filterHandle: HANDLE,
    hasMadeClsact: qdisc === null,
  };
}

/** Runs work in the namespace of a hook; null when that is gone. */
function inNamespace<T>({ kernel }: Machine, hook: ChainHook, work: () => T): T | null {
  const { network } = kernel;
  try {
    return network.within(hook.netns, () => {
      // a new namespace of the same name is another one
      return network.namespaceId(null) === hook.nsid ? work() : null;
    });
  } catch (error) {
    // a name that stayed behind leads to no namespace any more: EINVAL
    if (isSyscallError(error, "ENOENT") || isSyscallError(error, "EINVAL")) return null;
    throw error;
  }
}

function placeOf({ ifindex, direction }: TcHook, facts: TcSeatFacts) {
  return { ifindex, direction, priority: facts.filterPriority, handle: facts.filterHandle };
}

/** Puts a first filter on the hook, on a clsact that is made where there is none. */
export function putTc(
  { kernel }: Machine,
  hook: TcHook,
  { facts, program }: { readonly facts: TcSeatFacts; readonly program: FilterProgram },
): void {
  kernel.network.within(hook.netns, () => {
    kernel.traffic.addClsact(hook.ifindex);
    kernel.traffic.addFilter(placeOf(hook, facts), program.programFd, program.name);
  });
}

/** Makes the filter call another program, in one step. */
export function swapTc(
  { kernel }: Machine,
  hook: TcHook,
  { facts, program }: { readonly facts: TcSeatFacts; readonly program: FilterProgram },
): void {
  kernel.network.within(hook.netns, () => {
    kernel.traffic.replaceFilter(placeOf(hook, facts), program.programFd, program.name);
  });
}

/** Removes the clsact if nobody has a filter on it any more; false when somebody does. */
export function removeEmptyClsact(machine: Machine, { ifindex, ...hook }: TcHook): boolean {
  const { traffic } = machine.kernel;
  return inNamespace(machine, { ifindex, ...hook }, () => {
    const isEmpty = (["ingress", "egress"] as const)
      .every((side) => traffic.filters(ifindex, side).length === 0);
    if (isEmpty && traffic.ingressQdisc(ifindex)?.kind === "clsact") traffic.removeClsact(ifindex);
    return isEmpty;
  }) ?? true;
}

/** The filter of ours on a hook; undefined when it, the interface or the namespace is gone. */
function findFilter(machine: Machine, hook: TcHook, facts: TcSeatFacts): TrafficFilter | undefined {
  const { traffic } = machine.kernel;
  const found = inNamespace(machine, hook, () => traffic.filters(hook.ifindex, hook.direction));
  return found?.find(({ kind, priority, handle }) =>
    kind === "bpf" && priority === facts.filterPriority && handle === facts.filterHandle
  );
}

/**
 * Removes the filter, if it still runs one of our programs.
 *
 * @param machine The machine.
 * @param hook The hook.
 * @param facts The filter.
 * @param programs Ids of programs that are ours.
 */
export function removeTc(
  machine: Machine,
  hook: TcHook,
  { facts, programs }: { readonly facts: TcSeatFacts; readonly programs: readonly number[] },
): void {
  const found = findFilter(machine, hook, facts);
  if (found === undefined || !programs.includes(found.programId)) return;
  inNamespace(machine, hook, () => machine.kernel.traffic.deleteFilter(placeOf(hook, facts)));
}

/** Looks at the filter. A filter goes with its interface and leaves nothing behind. */
export function sightTc(machine: Machine, hook: TcHook, facts: TcSeatFacts): SeatSighting {
  const found = findFilter(machine, hook, facts);
  return {
    state: found === undefined ? "absent" : "present",
    programId: found?.programId ?? null,
    kernelLinkId: null,
  };
}
