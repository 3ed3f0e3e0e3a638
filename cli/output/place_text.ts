/**
 * Where a link sits, as text.
 *
 * @module
 */
import { describePlace } from "../../core/link/driver.ts";
import { wordOf } from "../../core/chain/proceed_on.ts";
import type {
  LinkDetails,
  LinkView,
  NetkitDetails,
  TcDetails,
  TcxDetails,
  UprobeDetails,
  XdpDetails,
} from "../../core/types.ts";
import { type Entry, leaf } from "./tree.ts";

type NetworkDetails = XdpDetails | TcDetails | TcxDetails | NetkitDetails;

/** What a chain proceeds on, in words. */
export function proceedOnText(kind: "xdp" | "tc", codes: readonly number[]): string {
  return codes.map((code) => wordOf(kind, code)).join(", ") || "Nothing";
}

function interfaceEntries(details: NetworkDetails, position: number | null): Entry[] {
  return [
    leaf("Interface", details.interface),
    leaf("Network Namespace", details.netns ?? "None"),
    leaf("Position", position ?? "None"),
    leaf("Priority", details.priority),
    ...(details.kind === "xdp" ? [leaf("Mode", details.mode)] : []),
    ...("direction" in details ? [leaf("Direction", details.direction)] : []),
    ...(details.kind === "netkit" ? [leaf("End", details.end)] : []),
    ...(details.kind === "xdp" || details.kind === "tc"
      ? [leaf("Proceed On", proceedOnText(details.kind, details.proceedOn))]
      : []),
    ...(details.kind === "tc"
      ? [leaf("Filter", `pref ${details.filterPriority} handle ${details.filterHandle}`)]
      : []),
  ];
}

function probeEntries(details: UprobeDetails): Entry[] {
  return [
    leaf("Attach Type", details.kind),
    leaf("Container PID", details.containerPid === 0 ? "None" : details.containerPid),
    leaf("Function", details.functionName ?? "None"),
    leaf("Offset", details.offset),
    leaf("PID", details.pid === 0 ? "All" : details.pid),
    leaf("Target", details.target),
    leaf("Target Path", details.path),
  ];
}

/** What the link hangs on, label by label. */
export function detailEntries(details: LinkDetails, position: number | null): Entry[] {
  switch (details.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit":
      return interfaceEntries(details, position);
    case "tracepoint":
      return [leaf("Tracepoint", `${details.group}/${details.name}`)];
    case "raw_tracepoint":
      return [leaf("Tracepoint", details.name)];
    case "kprobe":
    case "kretprobe":
      return [
        leaf("Attach Type", details.kind),
        leaf("Function", details.functionName),
        leaf("Offset", details.offset),
      ];
    case "uprobe":
    case "uretprobe":
      return probeEntries(details);
    case "fentry":
    case "fexit":
      return [leaf("Attach Type", details.kind), leaf("Function", details.functionName)];
    case "lsm":
      return [leaf("LSM Hook", details.hookName)];
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return [leaf("Cgroup", details.path), leaf("Cgroup Hook", details.hook)];
    case "perf_event":
      return [
        leaf("Event", "cpu-clock"),
        leaf("Frequency", `${details.frequency} Hz`),
        leaf("PID", details.pid === 0 ? "All" : details.pid),
        leaf("Processors", details.cpus.join(", ") || "All"),
      ];
  }
}

/** What belongs to the place besides its name. */
function besides(details: LinkDetails, position: number | null): string[] {
  switch (details.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit":
      return [
        ...(position === null ? [] : [`pos-${position}`]),
        ...(details.kind === "xdp" ? [details.mode] : []),
        ...(details.netns === null ? [] : [`netns=${details.netns}`]),
      ];
    case "uprobe":
    case "uretprobe":
      return [
        ...(details.pid === 0 ? [] : [`pid=${details.pid}`]),
        ...(details.containerPid === 0 ? [] : [`container-pid=${details.containerPid}`]),
      ];
    case "perf_event":
      return details.pid === 0 ? [] : [`pid=${details.pid}`];
    default:
      return [];
  }
}

/** What the link hangs on, in a few words. */
export function attachmentText({ record: { details }, position }: LinkView): string {
  return [describePlace(details), ...besides(details, position)].join(" ");
}
