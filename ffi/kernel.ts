/**
 * The seam between `core/` and the kernel: plain data in, plain data and owned
 * descriptors out. `core/` imports the types of this file only; the object is handed to it, so
 * that tests can hand it a fake which refuses every call that it was not told about.
 *
 * @module
 */

import type { PerfEventSpec } from "./perf_types.ts";
import type { TrafficControl } from "./traffic_types.ts";

export type * from "./perf_types.ts";
export type * from "./traffic_types.ts";

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

/** A map's pin to be shared, by map name. */
export interface MapReuse {
  /** Name of the map in the object. */
  readonly name: string;
  /** Pin path of the existing map. */
  readonly path: string;
}

/** What to take from an object file, and how to load it. */
export interface ObjectLoadOptions {
  /** The ELF file. */
  readonly bytes: Uint8Array;
  /** Name of the object as libbpf sees it (prefix of internal map names). */
  readonly name: string;
  /** The one program to load; its siblings stay out of the kernel. */
  readonly program: string;
  /** How many programs the object has, if known; one alone has no siblings to leave out. */
  readonly programCount?: number;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** `enum bpf_attach_type`, 0 for none. */
  readonly expectedAttachType: number;
  /** True to set it although the section names another of the same type. @default false */
  readonly isAttachTypeForced?: boolean;
  /** Kernel function or hook of fentry, fexit and LSM programs. */
  readonly attachTarget?: string;
  /** Bytes to write into a global variable before loading: map section, offset, value. */
  readonly globals?: readonly GlobalPatch[];
  /** Maps that are taken from existing pins instead of being created. */
  readonly reuseMaps?: readonly MapReuse[];
  /** bpffs folder for maps with `LIBBPF_PIN_BY_NAME`: made there, or taken from there. */
  readonly sharedPinDirectory?: string;
  /** File of BTF to relocate against. @default the running kernel's own */
  readonly btfPath?: string;
}

/** New initial bytes of one global variable. */
export interface GlobalPatch {
  /** ELF section that holds the variable, such as `.rodata`. */
  readonly section: string;
  /** Offset in that section, in bytes. */
  readonly offset: number;
  /** The bytes, exactly as the program will read them. */
  readonly value: Uint8Array;
}

/** A map of a loaded object. */
export interface LoadedMap {
  /** Full name in the object (the kernel cuts it to 15 characters). */
  readonly name: string;
  /** True for `.rodata`, `.data`, `.bss` and the like. */
  readonly isInternal: boolean;
  /** Borrowed descriptor: valid until the object is disposed. */
  readonly fd: number;
}

/** A program in the kernel, with the maps that libbpf made for it. */
export interface LoadedObject extends Disposable {
  /** Borrowed descriptor of the program: valid until the object is disposed. */
  readonly programFd: number;
  /** Every map of the object that exists now. */
  readonly maps: readonly LoadedMap[];
}

/** What the kernel says of a program (`struct bpf_prog_info`). */
export interface ProgramInfo {
  /** Id of the program. */
  readonly id: number;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** First 15 characters of the function's name. */
  readonly name: string;
  /** Hex, 16 digits. */
  readonly tag: string;
  /** Bytes of machine code, 0 when not compiled. */
  readonly jitedSize: number;
  /** Bytes of translated instructions. */
  readonly xlatedSize: number;
  /** True when the kernel hides the instructions (no CAP_SYS_ADMIN or kptr_restrict). */
  readonly isRestricted: boolean;
  /** Nanoseconds since boot. */
  readonly loadTime: bigint;
  /** User who loaded it. */
  readonly uid: number;
  /** Maps that it uses. */
  readonly mapIds: readonly number[];
  /** True when it may use GPL-only helpers. */
  readonly gplCompatible: boolean;
  /** Id of its BTF, 0 for none. */
  readonly btfId: number;
  /** Nanoseconds spent running, while statistics were on. */
  readonly runTimeNs: bigint;
  /** Runs, while statistics were on. */
  readonly runCount: bigint;
  /** Runs that were left out because it would have entered itself. */
  readonly recursionMisses: bigint;
  /** Instructions that the verifier walked (Linux 5.16). */
  readonly verifiedInsns: number;
  /** BTF object of its target, 0 for none. */
  readonly attachBtfObjId: number;
  /** BTF type of its target, 0 for none. */
  readonly attachBtfId: number;
  /** Bytes of kernel memory charged (from fdinfo), null when unknown. */
  readonly memlock: number | null;
}

/** What the kernel says of a map (`struct bpf_map_info`). */
export interface MapInfo {
  /** Id of the map. */
  readonly id: number;
  /** `enum bpf_map_type`. */
  readonly type: number;
  /** First 15 characters of the name. */
  readonly name: string;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** Most entries. */
  readonly maxEntries: number;
  /** `BPF_F_*` of its creation. */
  readonly flags: number;
  /** Id of its BTF, 0 for none. */
  readonly btfId: number;
  /** BTF type of its keys, 0 for none. */
  readonly btfKeyTypeId: number;
  /** BTF type of its values, 0 for none. */
  readonly btfValueTypeId: number;
  /** Extra word of some types. */
  readonly mapExtra: bigint;
  /** Bytes of kernel memory charged (from fdinfo), null when unknown. */
  readonly memlock: number | null;
  /** True when user space may not write it any more. */
  readonly isFrozen: boolean;
}

/** What the kernel says of a link (`struct bpf_link_info`). */
export interface LinkInfo {
  /** Id of the link. */
  readonly id: number;
  /** `enum bpf_link_type`. */
  readonly type: number;
  /** Program that it runs. */
  readonly programId: number;
  /** Network interface of XDP, TCX and netkit links, else 0. */
  readonly ifindex: number;
  /** `enum bpf_attach_type` where the kernel reports it, else 0. */
  readonly attachType: number;
  /** BTF object or program of a tracing link, else 0. */
  readonly targetObjId: number;
  /** BTF type of a tracing link, else 0. */
  readonly targetBtfId: number;
  /** Id of the cgroup of a cgroup link, else 0; it becomes 0 when the cgroup is removed. */
  readonly cgroupId: number;
}

/** Place in a multi-program hook (TCX), relative to a link that is already there. */
export interface LinkAnchor {
  readonly place: "before" | "after";
  /** Kernel id of the other link; left out: first (`before`) or last (`after`) of all. */
  readonly linkId?: number;
}

/** Arguments of BPF_LINK_CREATE. */
export interface LinkCreateOptions {
  readonly programFd: number;
  /** Interface index, descriptor of a perf event or cgroup, or 0, by kind. */
  readonly target: number;
  /** `enum bpf_attach_type`. */
  readonly attachType: number;
  readonly flags?: number;
  readonly anchor?: LinkAnchor;
}

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
  programInfoByFd(fd: number): ProgramInfo;
  mapInfoByFd(fd: number): MapInfo;
  linkInfoByFd(fd: number): LinkInfo;
  /** Pins the object behind a descriptor on a bpffs (Linux 4.4). */
  pin(fd: number, path: string): void;
  /** Opens a pin. Throws SyscallError ENOENT when there is none. */
  openPin(path: string): OwnedFd;
  /** Makes a link (BPF_LINK_CREATE, Linux 5.7). */
  createLink(options: LinkCreateOptions): OwnedFd;
  /** Puts a program on a raw tracepoint, by a link (BPF_RAW_TRACEPOINT_OPEN, 5.7 for links). */
  openRawTracepoint(programFd: number, name: string): OwnedFd;
  /** Cuts a link from its hook at once (BPF_LINK_DETACH, 5.9); false where the kind has no such call. */
  detachLink(fd: number): boolean;
}

/** libbpf: from ELF bytes to a program in the kernel. */
export interface ObjectLoader {
  /** Opens libbpf ahead of a load. Does nothing when that cannot be done: the load will say why. */
  warmUp(): void;
  /** Loads one program of an object with its maps. Throws VerifierError or LoadError. */
  load(options: ObjectLoadOptions): LoadedObject;
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
  /** True when a bpffs is mounted exactly at the path. */
  isBpffs(path: string): boolean;
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
  readonly files: KernelFiles;
  readonly perf: PerfEvents;
  readonly network: Network;
  readonly traffic: TrafficControl;
  readonly host: Host;
}
