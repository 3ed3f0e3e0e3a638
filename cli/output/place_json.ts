/**
 * Where a link sits as JSON, with bpfman's field names.
 *
 * @module
 */
import type { InterfacePlace, LinkDetails, UprobeDetails } from "../../core/types.ts";

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

/**
 * The details of a link.
 *
 * @param position Position in the chain of the hook, null where the kind has none.
 */
export function detailsJson(
  details: LinkDetails,
  position: number | null,
): Record<string, unknown> {
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
