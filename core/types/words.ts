/**
 * The words of the domain that have a value at run time, and the smallest types.
 *
 * @module
 */

/** Kernel id of a program; the program's identity from load to unload. */
export type ProgramId = number & { readonly brand?: "ProgramId" };

/** Our own id of a link: a counter that is never re-used, stable when the kernel link changes. */
export type LinkId = number & { readonly brand?: "LinkId" };

/** Every program type that can be named in a load. */
export const PROGRAM_TYPES = [
  "xdp",
  "tc",
  "tcx",
  "tracepoint",
  "kprobe",
  "kretprobe",
  "uprobe",
  "uretprobe",
  "fentry",
  "fexit",
  "lsm",
  "raw_tracepoint",
  "netkit",
  "cgroup_skb",
  "cgroup_sock_addr",
  "perf_event",
] as const;

/** Type of a program in bpfman's words. */
export type ProgramType = typeof PROGRAM_TYPES[number];

/** Every kind of link: one for each program type, return probes included. */
export const LINK_KINDS: typeof PROGRAM_TYPES = PROGRAM_TYPES;

/** Kind of a link. */
export type LinkKind = ProgramType;

/** Side of an interface. */
export type Direction = "ingress" | "egress";

/** Metadata key that carries the application's name. */
export const APPLICATION_KEY = "bpfman.io/application";

/** Free key-value pairs. */
export type Metadata = Readonly<Record<string, string>>;

/** Where an XDP program meets packets: in the driver, or behind it on any interface. */
export type XdpMode = "native" | "generic";

/** End of a netkit pair whose traffic a program sees. */
export type NetkitEnd = "primary" | "peer";
