/**
 * Traffic control and XDP as netlink shows them, as plain data.
 *
 * @module
 */

/** Side of an interface. */
export type TrafficDirection = "ingress" | "egress";

/** The queueing discipline in the ingress slot of an interface. */
export interface IngressQdisc {
  /** Such as `clsact` or `ingress`. */
  readonly kind: string;
}

/** A filter of one side of an interface. */
export interface TrafficFilter {
  /** Such as `bpf` or `flower`. */
  readonly kind: string;
  /** Preference: lower runs first. */
  readonly priority: number;
  readonly handle: number;
  /** Id of its BPF program, 0 for none. */
  readonly programId: number;
}

/** A filter to be made. */
export interface FilterPlace {
  readonly ifindex: number;
  readonly direction: TrafficDirection;
  readonly priority: number;
  readonly handle: number;
}

/** The XDP program of an interface, whoever attached it. */
export interface InterfaceXdp {
  readonly mode: "native" | "generic" | "offload" | "several";
  /** Id of the program, 0 when several modes have one each. */
  readonly programId: number;
}

/** Traffic control in this thread's network namespace. */
export interface TrafficControl {
  /** What is in the ingress slot, null for nothing. */
  ingressQdisc(ifindex: number): IngressQdisc | null;
  /** Makes a clsact; one that is there already is fine. */
  addClsact(ifindex: number): void;
  /** Removes the clsact with all of its filters; false when there is none. */
  removeClsact(ifindex: number): boolean;
  /** Filters of one side, in the order of the kernel; empty without a clsact. */
  filters(ifindex: number, direction: TrafficDirection): TrafficFilter[];
  /** Makes a `cls_bpf` filter in direct action mode; throws EEXIST where one is. */
  addFilter(place: FilterPlace, programFd: number, name: string): void;
  /** Makes a filter run another program in one step; throws ENOENT where there is none. */
  replaceFilter(place: FilterPlace, programFd: number, name: string): void;
  /** Removes one filter; false when there is none. */
  deleteFilter(place: FilterPlace): boolean;
  /** The XDP program of an interface, null for none. */
  xdp(ifindex: number): InterfaceXdp | null;
}
