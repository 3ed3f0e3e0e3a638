/**
 * The seam between `core/` and the kernel: plain data in, plain data and owned
 * descriptors out. `core/` imports the types of this file only; the object is handed to it, so
 * that tests can hand it a fake which refuses every call that it was not told about.
 *
 * @module
 */

import type { LinkInfo, MapInfo, ProgramInfo } from "./info_types.ts";
import type { ObjectLoader } from "./load_types.ts";
import type { MapCommands } from "./map_types.ts";
import type { PerfEventSpec } from "./perf_types.ts";
import type { ProgramLoadOptions } from "./program_types.ts";
import type { LibxdpCommands } from "./libxdp_types.ts";
import type { TrafficControl } from "./traffic_types.ts";

export type * from "./info_types.ts";
export type * from "./load_types.ts";
export type * from "./map_types.ts";
export type * from "./perf_types.ts";
export type * from "./program_types.ts";
export type * from "./traffic_types.ts";
export type * from "./libxdp_types.ts";

/** A file descriptor with one owner. Disposing it twice is harmless. */
export interface OwnedFd extends Disposable {
  /** The descriptor's number; throws after disposal. */
  readonly raw: number;
}

/** Kernel numbers of program types (`enum bpf_prog_type`, uapi/linux/bpf.h). */
export const BpfProgType = {
  SOCKET_FILTER: 1,
  KPROBE: 2,
  SCHED_CLS: 3,
  TRACEPOINT: 5,
  XDP: 6,
  TRACING: 26,
  EXT: 28,
  LSM: 29,
} as const;

/** Kernel numbers of attach types (`enum bpf_attach_type`, uapi/linux/bpf.h). */
export const BpfAttachType = {
  TRACE_FENTRY: 24,
  TRACE_FEXIT: 25,
  LSM_MAC: 27,
  XDP: 37,
  PERF_EVENT: 41,
  TCX_INGRESS: 46,
  TCX_EGRESS: 47,
} as const;

/** Place in a multi-program hook (TCX), relative to a link that is already there. */
export interface LinkAnchor {
  readonly place: "before" | "after";
  /** Kernel id of the other link; left out: first (`before`) or last (`after`) of all. */
  readonly linkId?: number;
}

/** Arguments of BPF_LINK_CREATE. */
export interface LinkCreateOptions {
  readonly programFd: number;
  /** Interface index, descriptor of a perf event, cgroup or program, or 0, by kind. */
  readonly target: number;
  /** `enum bpf_attach_type`. */
  readonly attachType: number;
  readonly flags?: number;
  readonly anchor?: LinkAnchor;
  /** BTF type of the function of the target program that an extension takes the place of. */
  readonly targetBtfId?: number;
}

/**
 * How much is asked about a program: `all`, or what the kernel tells by one call, without the memory
 * that is charged, which has to be read from a file and takes twice as long.
 */
export type ProgramFacts = "all" | "one-call";

/** `bpf(2)`: objects by id and by pin. */
export interface BpfCommands {
  /** Ids of every program, map or link in the kernel, ascending (needs CAP_SYS_ADMIN). */
  ids(kind: "program" | "map" | "link"): number[];
  /** Facts of a program, null when it is gone. */
  programInfo(id: number): ProgramInfo | null;
  /** Facts of a map, null when it is gone. */
  mapInfo(id: number): MapInfo | null;
  /** Facts of a link, null when it is gone. */
  linkInfo(id: number): LinkInfo | null;
  /** BTF by id as it was loaded, null when it is gone (needs CAP_SYS_ADMIN). */
  btfBytes(id: number): Uint8Array | null;
  /** Facts of a program, map or link that this process holds open. */
  programInfoByFd(fd: number, facts?: ProgramFacts): ProgramInfo;
  mapInfoByFd(fd: number): MapInfo;
  linkInfoByFd(fd: number): LinkInfo;
  /** Loads instructions (BPF_PROG_LOAD). Throws VerifierError with the log when refused. */
  loadProgram(options: ProgramLoadOptions): OwnedFd;
  /** Loads types (BPF_BTF_LOAD, Linux 4.18). */
  loadBtf(bytes: Uint8Array): OwnedFd;
  /** Pins the object behind a descriptor on a bpffs (Linux 4.4). */
  pin(fd: number, path: string): void;
  /** Opens a pin. Throws SyscallError ENOENT when there is none. */
  openPin(path: string): OwnedFd;
  /** Opens a program by id, null when it is gone (needs CAP_SYS_ADMIN). */
  openProgram(id: number): OwnedFd | null;
  /** Makes a link (BPF_LINK_CREATE, Linux 5.7). */
  createLink(options: LinkCreateOptions): OwnedFd;
  /** Puts a program on a raw tracepoint, by a link (BPF_RAW_TRACEPOINT_OPEN, 5.7 for links). */
  openRawTracepoint(programFd: number, name: string): OwnedFd;
  /** Makes a link run another program in one step (BPF_LINK_UPDATE, Linux 5.7; 5.9 for XDP). */
  updateLink(fd: number, programFd: number): void;
  /**
   * Makes the kernel count runs of programs and their time as long as the descriptor is open
   * (BPF_ENABLE_STATS, Linux 5.8; needs CAP_SYS_ADMIN).
   */
  enableStats(): OwnedFd;
  /** Cuts a link from its hook at once (BPF_LINK_DETACH, 5.9); false where the kind has no such call. */
  detachLink(fd: number): boolean;
}

/** Files below /proc, /sys and bpffs, which Deno's own calls may not open under narrow permissions. */
export interface KernelFiles {
  /** Whole content of a small file. Throws SyscallError. */
  readBytes(path: string): Uint8Array;
  readText(path: string): string;
  /** Names in a directory without `.` and `..`, sorted; empty when it does not exist. */
  list(path: string): string[];
  exists(path: string): boolean;
  /** Inode number of a file (follows links). */
  inode(path: string): number;
  /** Target of a symbolic link, null when the path is none. */
  readLink(path: string): string | null;
  /** Opens a directory; throws SyscallError ENOENT or ENOTDIR when there is none. */
  openDirectory(path: string): OwnedFd;
  makeDirectory(path: string): void;
  /** Removes a file or pin; false when there is none. */
  remove(path: string): boolean;
  removeDirectory(path: string): boolean;
  /** Gives a file another group (null: its own, else needs CAP_CHOWN) and another mode. */
  setAccess(path: string, access: { readonly gid: number | null; readonly mode: number }): void;
  /** True when a bpffs is mounted exactly at the path. */
  isBpffs(path: string): boolean;
  /** Mounts a bpffs in which its owner alone may make files (mode 0755). */
  mountBpffs(path: string): void;
}

/** Perf events: tracepoints and probes. */
export interface PerfEvents {
  /** Opens the event; the descriptor is the target of a link. */
  open(spec: PerfEventSpec): OwnedFd;
  /** Mount point of tracefs; mounts it where nobody did. */
  tracefs(): string;
}

/** Network namespaces and interfaces. */
export interface Network {
  /**
   * Runs `work` with this thread inside a network namespace (null: where we are).
   * `work` must be synchronous: a thread that is born inside would stay there.
   */
  within<T>(netns: string | null, work: () => T): T;
  /** Interface index by name in the current namespace, 0 when there is none. */
  indexOf(name: string): number;
  /** Interface names in the current namespace. */
  names(): string[];
  /** Inode number that identifies a network namespace (null: the current one). */
  namespaceId(netns: string | null): number;
}

/** Facts about this machine. */
export interface Host {
  /** Such as `6.18.44`. */
  readonly release: string;
  /** Effective user id. */
  readonly uid: number;
  /** Names of capabilities in the effective set, such as `CAP_BPF`. */
  capabilities(): ReadonlySet<string>;
  /** Wall clock of an instant given in nanoseconds since boot. */
  bootTimeToDate(nanoseconds: bigint): Date;
  /** Version strings of the libraries; opens them. */
  libraries(): { readonly libbpf: string; readonly libxdp: string | null };
  /** Program names of a libxdp dispatcher on an interface, null when there is none. */
  libxdpPrograms(ifindex: number): string[] | null;
}

/** Everything that `core/` may ask of the kernel. */
export interface Kernel {
  readonly bpf: BpfCommands;
  readonly loader: ObjectLoader;
  readonly maps: MapCommands;
  readonly files: KernelFiles;
  readonly perf: PerfEvents;
  readonly network: Network;
  readonly traffic: TrafficControl;
  readonly libxdp: LibxdpCommands;
  readonly host: Host;
}
