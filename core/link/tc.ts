/**
 * TC: one program on one side of an interface, as a `cls_bpf` filter in direct action mode on a
 * clsact. Such a filter is no bpf_link: it has no id and no pin, and lives as long as its interface.
 * Filters of others, and a qdisc of another kind, are never touched.
 *
 * @module
 */
import type { TrafficFilter } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { LinkRecord, TcDetails, TcTarget } from "../types.ts";
import { chainOf } from "./chain.ts";
import { type AttachContext, describePlace, type LinkDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** First preference that is tried for a filter of ours. */
const FIRST_PREFERENCE = 50;
const HANDLE = 1;

function inside(netns: string | null): string {
  return netns === null ? "" : `nsenter --net=${netns} `;
}

/** A clsact or nothing is fine; any other discipline in that slot belongs to somebody. */
function checkQdisc({ kernel }: Machine, { interface: name, ifindex, netns }: TcDetails): void {
  const qdisc = kernel.network.within(netns, () => kernel.traffic.ingressQdisc(ifindex));
  if (qdisc === null || qdisc.kind === "clsact") return;
  throw new BpfmanError(
    `Cannot attach to "${name}": a "${qdisc.kind}" qdisc already occupies the ingress qdisc slot; ` +
      "a TC program requires clsact",
    {
      code: "foreign-qdisc",
      kind: ErrorKind.KERNEL,
      hint: `Whoever owns it can remove it: ${inside(netns)}tc qdisc del dev ${name} ingress`,
    },
  );
}

function refuseSecond({ state }: AttachContext, details: TcDetails): void {
  const [there] = chainOf(state, details);
  if (there === undefined) return;
  throw new BpfmanError(
    `Cannot attach to "${describePlace(details)}": program ${there.programId} is attached there ` +
      `as link ${there.id}, and this version puts one TC program on a side`,
    { code: "hook-busy", hint: `Detach it first: detach ${there.id}; or load it as tcx` },
  );
}

function freePreference(filters: readonly TrafficFilter[]): number {
  const taken = new Set(filters.map(({ priority }) => priority));
  let preference = FIRST_PREFERENCE;
  while (taken.has(preference)) preference++;
  return preference;
}

/** Runs work in the namespace of a link; null when that is gone. */
function inNamespace<T>({ kernel }: Machine, details: TcDetails, work: () => T): T | null {
  const { network } = kernel;
  try {
    return network.within(details.netns, () => {
      // a new namespace of the same name is another one
      return network.namespaceId(null) === details.nsid ? work() : null;
    });
  } catch (error) {
    // a name that stayed behind leads to no namespace any more: EINVAL
    if (isSyscallError(error, "ENOENT") || isSyscallError(error, "EINVAL")) return null;
    throw error;
  }
}

function placeOf({ ifindex, direction, filterPriority, filterHandle }: TcDetails) {
  return { ifindex, direction, priority: filterPriority, handle: filterHandle };
}

/** True when the filter of a link is where we put it, and runs our program. */
export function hasFilter(machine: Machine, record: LinkRecord, details: TcDetails): boolean {
  const { ifindex, direction, filterPriority, filterHandle } = details;
  const found = inNamespace(
    machine,
    details,
    () => machine.kernel.traffic.filters(ifindex, direction),
  );
  return (found ?? []).some((filter) =>
    filter.kind === "bpf" && filter.priority === filterPriority &&
    filter.handle === filterHandle && filter.programId === record.programId
  );
}

/** Removes the filter of a link, if it is still ours. */
export function removeFilter(machine: Machine, record: LinkRecord, details: TcDetails): void {
  if (!hasFilter(machine, record, details)) return;
  inNamespace(machine, details, () => machine.kernel.traffic.deleteFilter(placeOf(details)));
}

/** TC filters. */
export const tcDriver: LinkDriver<TcTarget, TcDetails> = {
  types: ["tc"],
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  resolve(context, target) {
    const { machine } = context;
    const { direction, priority } = target;
    const place = findInterface(machine, target);
    const details: TcDetails = {
      kind: "tc",
      ...place,
      direction,
      priority,
      position: 0,
      filterPriority: FIRST_PREFERENCE,
      filterHandle: HANDLE,
      isMade: false,
    };
    refuseSecond(context, details);
    checkQdisc(machine, details);
    const { network, traffic } = machine.kernel;
    const filters = network.within(place.netns, () => traffic.filters(place.ifindex, direction));
    return { ...details, filterPriority: freePreference(filters) };
  },
  attach({ machine, program }, programFd, details) {
    const { network, traffic } = machine.kernel;
    network.within(details.netns, () => {
      traffic.addClsact(details.ifindex);
      traffic.addFilter(placeOf(details), programFd, program.name);
    });
    return { links: [], details: { ...details, isMade: true } };
  },
  pinPath: () => "",
};
