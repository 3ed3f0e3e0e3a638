/**
 * Hooks with chains as JSON, with bpfman's field names and some of our own.
 *
 * @module
 */
import { maskOf } from "../../core/chain/proceed_on.ts";
import type { DispatcherView, ForeignMember, MemberView } from "../../core/types.ts";
import type { DispatcherJson, DispatcherRowJson, ForeignJson, MemberJson } from "../schema/link.ts";

function runtimeJson({ hook, chain }: DispatcherView): DispatcherJson["runtime"] {
  const { seat } = chain;
  return {
    program_id: chain.mainProgramId,
    ...(seat.kind === "xdp" ? { kernel_link_id: seat.kernelLinkId } : {}),
    ...(seat.kind === "tc"
      ? { filter_priority: seat.filterPriority, filter_handle: seat.filterHandle }
      : {}),
    netns_path: hook.netns ?? "",
    ...(chain.mode === null ? {} : { mode: chain.mode }),
  };
}

function headJson(view: DispatcherView): Omit<DispatcherJson, "members" | "foreign"> {
  const { chain } = view;
  return {
    key: view.key,
    revision: chain.revision,
    runtime: runtimeJson(view),
    engine: { name: chain.engine, choice: chain.choice, reason: chain.reason },
  };
}

/** A hook in a list. */
export function dispatcherRowJson(view: DispatcherView): DispatcherRowJson {
  const { members, foreign } = view;
  return {
    ...headJson(view),
    member_count: members.length,
    ...(foreign.length === 0 ? {} : { foreign_count: foreign.length }),
  };
}

function memberJson(view: DispatcherView, shown: MemberView): MemberJson {
  const { member, position, link, functionName, runs } = shown;
  return {
    program_id: member.programId,
    program_name: functionName,
    link_id: member.linkId,
    kernel_link_id: link?.kernelLinkId ?? null,
    link_pin_path: link === null || link.pinPath === "" ? null : link.pinPath,
    position,
    priority: member.priority,
    // the mask of a dispatcher's configuration, as bpfman shows it here
    proceed_on: maskOf(view.hook.kind, member.proceedOn),
    ifname: view.hook.interface,
    metadata: link?.metadata ?? {},
    runs: runs === null ? null : Number(runs),
  };
}

/** A program of others, in a list of links or among the members of a hook. */
export function foreignJson(view: DispatcherView, member: ForeignMember): ForeignJson {
  const { hook } = view;
  return {
    program_id: member.programId,
    program_name: member.name,
    kind: "xdp",
    ifname: hook.interface,
    ifindex: hook.ifindex,
    nsid: hook.nsid,
    position: member.position,
    priority: member.priority,
    proceed_on: maskOf(hook.kind, member.proceedOn),
  };
}

/** A hook with its members. */
export function dispatcherJson(view: DispatcherView): DispatcherJson {
  const foreign = view.foreign.map((member) => foreignJson(view, member));
  return {
    ...headJson(view),
    members: view.members.map((member) => memberJson(view, member)),
    ...(foreign.length === 0 ? {} : { foreign }),
  };
}
