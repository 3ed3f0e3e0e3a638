/**
 * Whether a link still does what it was made for, and if not, why.
 *
 * @module
 */
import type { LinkInfo } from "../../ffi/mod.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { InterfacePlace, LinkDetails, LinkProblem, LinkRecord } from "../types.ts";

/** What was seen of a link. */
export interface LinkSighting {
  readonly info: LinkInfo | null;
  readonly isPinPresent: boolean;
  readonly isKernelSeen: boolean;
}

function isNamespaceGone({ kernel }: Machine, { netns, nsid }: InterfacePlace): boolean {
  if (netns === null) return false;
  try {
    return kernel.network.namespaceId(netns) !== nsid;
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return true;
  }
}

function isPlaced(details: LinkDetails): details is LinkDetails & InterfacePlace {
  return "ifindex" in details;
}

/** What became of the thing that the link hangs on; null when it is there. */
function findGone(machine: Machine, record: LinkRecord, info: LinkInfo | null): LinkProblem | null {
  const { details } = record;
  if (isPlaced(details)) {
    if (isNamespaceGone(machine, details)) return "netns-gone";
    // the kernel keeps a link whose interface was removed, with index 0
    return info?.ifindex === 0 ? "interface-gone" : null;
  }
  if (details.kind === "cgroup_skb" || details.kind === "cgroup_sock_addr") {
    return info?.cgroupId === 0 ? "cgroup-gone" : null;
  }
  const pid = "pid" in details ? details.pid : 0;
  return pid !== 0 && !machine.kernel.files.exists(`/proc/${pid}`) ? "process-gone" : null;
}

function isInterfaceGone({ kernel }: Machine, { netns, ifindex }: InterfacePlace): boolean {
  return kernel.network.within(netns, () => {
    const indexes = kernel.network.names().map((name) => kernel.network.indexOf(name));
    return !indexes.includes(ifindex);
  });
}

/**
 * Says why a link does nothing any more.
 *
 * @param machine The machine.
 * @param record The link.
 * @param seen What the kernel and the pins say of it.
 * @returns The first cause that was found, null when the link is as it should be.
 */
export function findProblem(
  machine: Machine,
  record: LinkRecord,
  seen: LinkSighting,
): LinkProblem | null {
  const { details } = record;
  // a filter goes with its interface and leaves nothing behind, and so does a program of libxdp
  const hasNoLink = details.kind === "tc" ||
    (details.kind === "xdp" && record.kernelLinkId === null);
  const isLost = hasNoLink && !seen.isKernelSeen;
  const isWatched = !hasNoLink || isLost;
  const gone = isWatched ? findGone(machine, record, seen.info) : null;
  if (gone !== null) return gone;
  if (isLost) return isInterfaceGone(machine, details) ? "interface-gone" : "link-gone";
  if (!seen.isPinPresent) return "pin-gone";
  return seen.isKernelSeen || record.kernelLinkId === null ? null : "link-gone";
}

/** A problem in words. */
export function describeProblem(problem: LinkProblem): string {
  return {
    "interface-gone": "its interface was removed",
    "netns-gone": "its network namespace was removed",
    "cgroup-gone": "its cgroup was removed",
    "process-gone": "its process has ended",
    "program-gone": "its program is not in the kernel any more",
    "pin-gone": "its pin was removed",
    "link-gone": "the kernel does not have it any more",
  }[problem];
}
