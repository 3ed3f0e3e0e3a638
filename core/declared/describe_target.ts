/**
 * Places that are wanted, in the words in which links that are there are described.
 *
 * @module
 */
import type { AttachTarget } from "../types.ts";
import type { WantedPlace } from "./places.ts";

function plus(offset: number): string {
  return offset === 0 ? "" : `+0x${offset.toString(16)}`;
}

function probed(name: string | undefined, offset: number | undefined): string {
  return `${name ?? ""}${plus(offset ?? 0)}`;
}

/**
 * A place that is wanted in words, such as `veth0 ingress`.
 *
 * @param wanted The place, and the program whose load may have fixed it.
 */
export function describeTarget({ target, program }: WantedPlace): string {
  switch (target.kind) {
    case "xdp":
      return target.interface;
    case "tc":
    case "tcx":
      return `${target.interface} ${target.direction}`;
    case "netkit":
      return `${target.interface} ${target.end ?? "primary"}`;
    case "tracepoint":
      return `${target.group}/${target.name}`;
    case "raw_tracepoint":
      return target.name;
    case "kprobe":
      return probed(target.functionName, target.offset);
    case "uprobe":
      return [target.target, probed(target.functionName, target.offset)].join(" ").trim();
    case "cgroup_skb":
      return `${target.path} ${target.direction ?? "ingress"}`;
    case "cgroup_sock_addr":
      return `${target.path} ${program.attachFunction ?? ""}`.trim();
    case "perf_event":
      return `cpu-clock ${target.frequency} Hz`;
    case "fentry":
    case "fexit":
    case "lsm":
      return program.attachFunction ?? "";
  }
}

/** Path of the network namespace that a place names; null for none. */
export function netnsOf(target: AttachTarget): string | null {
  return "netns" in target ? target.netns ?? null : null;
}
