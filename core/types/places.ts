/**
 * Where links sit, by kind.
 *
 * @module
 */
import type { Direction, NetkitEnd, XdpMode } from "./words.ts";

/** A network interface in its namespace. */
export interface InterfacePlace {
  /** Name of the interface when the link was made. */
  readonly interface: string;
  /** Index of the interface in its namespace. */
  readonly ifindex: number;
  /** Path of the network namespace as it was given, null for the manager's own. */
  readonly netns: string | null;
  /** Inode number of the network namespace. */
  readonly nsid: number;
}

/** Where an XDP program sits. */
export interface XdpDetails extends InterfacePlace {
  /** Tells this kind from others. */
  readonly kind: "xdp";
  /** Lower runs first. */
  readonly priority: number;
  /** Return codes after which the next program of the chain runs, ascending. */
  readonly proceedOn: readonly number[];
  /** Where packets meet the program: as asked for, or as it was found to work. */
  readonly mode: XdpMode;
  /** True when the mode was asked for. */
  readonly isModeForced: boolean;
}

/** Where a TC program sits: a filter (`cls_bpf`, direct action), which is no bpf_link. */
export interface TcDetails extends InterfacePlace {
  /** Tells this kind from others. */
  readonly kind: "tc";
  /** Side of the interface. */
  readonly direction: Direction;
  /** Lower runs first. */
  readonly priority: number;
  /** Return codes after which the next program of the chain runs, ascending; -1 is `unspec`. */
  readonly proceedOn: readonly number[];
  /** Preference of the filter among all filters of the hook. */
  readonly filterPriority: number;
  /** Handle of the filter. */
  readonly filterHandle: number;
}

/** Where a TCX program sits; its position is derived from the order when it is shown. */
export interface TcxDetails extends InterfacePlace {
  /** Tells this kind from others. */
  readonly kind: "tcx";
  /** Side of the interface. */
  readonly direction: Direction;
  /** Lower runs first. */
  readonly priority: number;
}

/** Where a netkit program sits (Linux 6.7). */
export interface NetkitDetails extends InterfacePlace {
  /** Tells this kind from others. */
  readonly kind: "netkit";
  /** End of the pair; the interface is the primary one in both cases. */
  readonly end: NetkitEnd;
  /** Lower runs first. */
  readonly priority: number;
}

/** A tracepoint's name. */
export interface TracepointDetails {
  /** Tells this kind from others. */
  readonly kind: "tracepoint";
  /** Such as `syscalls`. */
  readonly group: string;
  /** Such as `sys_enter_openat`. */
  readonly name: string;
}

/** A raw tracepoint's name. */
export interface RawTracepointDetails {
  /** Tells this kind from others. */
  readonly kind: "raw_tracepoint";
  /** Such as `sched_switch`. */
  readonly name: string;
}

/** A kernel probe's place. */
export interface KprobeDetails {
  /** Tells this kind from others; return probes have their own. */
  readonly kind: "kprobe" | "kretprobe";
  /** Kernel function. */
  readonly functionName: string;
  /** Offset from the function, bytes. */
  readonly offset: number;
}

/** A kernel function, fixed when the program was loaded. */
export interface TracingDetails {
  /** Tells this kind from others. */
  readonly kind: "fentry" | "fexit";
  /** Kernel function. */
  readonly functionName: string;
}

/** A hook of the Linux security modules, fixed when the program was loaded. */
export interface LsmDetails {
  /** Tells this kind from others. */
  readonly kind: "lsm";
  /** Hook, such as `file_open`. */
  readonly hookName: string;
}

/** A cgroup's place. */
export interface CgroupDetails {
  /** Tells this kind from others. */
  readonly kind: "cgroup_skb" | "cgroup_sock_addr";
  /** Path of the cgroup. */
  readonly path: string;
  /** Its id (inode number). */
  readonly cgroupId: number;
  /** `ingress` or `egress`; for cgroup_sock_addr the call, such as `connect4`. */
  readonly hook: string;
}

/** Samples of the processor clock. */
export interface PerfEventDetails {
  /** Tells this kind from others. */
  readonly kind: "perf_event";
  /** Samples in a second, on each processor. */
  readonly frequency: number;
  /** Process, 0 for every one. */
  readonly pid: number;
  /** Processors, one event and one kernel link each; empty for a single process. */
  readonly cpus: readonly number[];
}

/** A user-space probe's place. */
export interface UprobeDetails {
  /** Tells this kind from others; return probes have their own. */
  readonly kind: "uprobe" | "uretprobe";
  /** Binary as it was asked for. */
  readonly target: string;
  /** Binary as it was found. */
  readonly path: string;
  /** Function, null when only an offset was given. */
  readonly functionName: string | null;
  /** Where the probe is in the file, bytes. */
  readonly fileOffset: number;
  /** Offset from the function, or in the file when there is no function; bytes. */
  readonly offset: number;
  /** Process, 0 for every one. */
  readonly pid: number;
  /** Process in whose mount namespace the binary was looked for, 0 for our own. */
  readonly containerPid: number;
}

/** Where a link sits, by kind. */
export type LinkDetails =
  | XdpDetails
  | TcDetails
  | TcxDetails
  | NetkitDetails
  | TracepointDetails
  | RawTracepointDetails
  | KprobeDetails
  | UprobeDetails
  | TracingDetails
  | LsmDetails
  | CgroupDetails
  | PerfEventDetails;
