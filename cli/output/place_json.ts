/**
 * Where a link sits as JSON, with bpfman's field names.
 *
 * @module
 */
import type {
  ChainView,
  InterfacePlace,
  LinkView,
  TcDetails,
  UprobeDetails,
  XdpDetails,
} from "../../core/types.ts";
import type { LinkDetailsJson } from "../schema/link.ts";

/** The interface, before what only some kinds have. */
function onInterface({ interface: name, ifindex }: InterfacePlace) {
  return { interface: name, ifindex };
}

function namespaceOf({ netns, nsid }: InterfacePlace) {
  return { netns: netns ?? "", nsid };
}

function rankOf({ priority }: { readonly priority: number }, position: number | null) {
  return { priority, position: position ?? 0 };
}

function probeJson(details: UprobeDetails): LinkDetailsJson {
  return {
    target: details.target,
    path: details.path,
    file_offset: details.fileOffset,
    fn_name: details.functionName ?? "",
    offset: details.offset,
    pid: details.pid,
    retprobe: details.kind === "uretprobe",
    container_pid: details.containerPid,
  };
}

/** What only members of chains have. */
function memberJson({ proceedOn }: XdpDetails | TcDetails, chain: ChainView | null) {
  return {
    proceed_on: proceedOn,
    dispatcher_id: chain?.mainProgramId ?? 0,
    revision: chain?.revision ?? 0,
  };
}

/** The details of a link. */
export function detailsJson({ record, position, chain }: LinkView): LinkDetailsJson {
  const { details } = record;
  switch (details.kind) {
    case "xdp":
      return {
        ...onInterface(details),
        ...rankOf(details, position),
        mode: details.mode,
        ...namespaceOf(details),
        ...memberJson(details, chain),
      };
    case "tc":
      return {
        ...onInterface(details),
        direction: details.direction,
        ...rankOf(details, position),
        ...namespaceOf(details),
        ...memberJson(details, chain),
        filter_priority: details.filterPriority,
        filter_handle: details.filterHandle,
      };
    case "tcx":
      return {
        ...onInterface(details),
        direction: details.direction,
        ...rankOf(details, position),
        ...namespaceOf(details),
      };
    case "netkit":
      return {
        ...onInterface(details),
        end: details.end,
        ...rankOf(details, position),
        ...namespaceOf(details),
      };
    case "tracepoint":
      return { group: details.group, name: details.name };
    case "raw_tracepoint":
      return { name: details.name };
    case "kprobe":
    case "kretprobe":
      return {
        fn_name: details.functionName,
        offset: details.offset,
        retprobe: details.kind === "kretprobe",
      };
    case "uprobe":
    case "uretprobe":
      return probeJson(details);
    case "fentry":
    case "fexit":
      return { fn_name: details.functionName };
    case "lsm":
      return { hook_name: details.hookName };
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return { cgroup: details.path, cgroup_id: details.cgroupId, hook: details.hook };
    case "perf_event":
      return {
        event: "cpu-clock",
        frequency: details.frequency,
        pid: details.pid,
        cpus: details.cpus,
      };
  }
}
