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

function onInterface(place: InterfacePlace): Record<string, unknown> {
  return { netns: place.netns ?? "", nsid: place.nsid };
}

function probeJson(details: UprobeDetails): Record<string, unknown> {
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
function memberJson(
  details: XdpDetails | TcDetails,
  chain: ChainView | null,
): Record<string, unknown> {
  return {
    proceed_on: details.proceedOn,
    dispatcher_id: chain?.mainProgramId ?? 0,
    revision: chain?.revision ?? 0,
  };
}

/** The details of a link. */
export function detailsJson({ record, position, chain }: LinkView): Record<string, unknown> {
  const { details } = record;
  switch (details.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit":
      return {
        interface: details.interface,
        ifindex: details.ifindex,
        ...("direction" in details ? { direction: details.direction } : {}),
        ...(details.kind === "netkit" ? { end: details.end } : {}),
        priority: details.priority,
        position: position ?? 0,
        ...(details.kind === "xdp" ? { mode: details.mode } : {}),
        ...onInterface(details),
        ...(details.kind === "xdp" || details.kind === "tc" ? memberJson(details, chain) : {}),
        ...(details.kind === "tc"
          ? { filter_priority: details.filterPriority, filter_handle: details.filterHandle }
          : {}),
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
