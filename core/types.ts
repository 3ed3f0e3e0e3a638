/**
 * The words of the domain as plain data: programs, links, and what the kernel says of them.
 *
 * @module
 */
import type { LinkInfo, MapInfo, ProgramInfo } from "../ffi/mod.ts";

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
] as const;

/** Type of a program in bpfman's words. */
export type ProgramType = typeof PROGRAM_TYPES[number];

/** Every kind of link that this version can attach. */
export const LINK_KINDS = ["xdp", "tcx", "tracepoint", "uprobe", "uretprobe"] as const;

/** Kind of a link; return probes have a kind of their own. */
export type LinkKind = typeof LINK_KINDS[number];

/** Side of an interface. */
export type Direction = "ingress" | "egress";

/** Metadata key that carries the application's name. */
export const APPLICATION_KEY = "bpfman.io/application";

/** Free key-value pairs. */
export type Metadata = Readonly<Record<string, string>>;

/** Where an object came from. */
export interface FileSource {
  readonly kind: "file";
  /** Path as it was typed. */
  readonly path: string;
}

/** What we remember of a loaded program. Version 1 of the record. */
export interface ProgramRecord {
  readonly version: 1;
  readonly programId: ProgramId;
  /** C function name. */
  readonly name: string;
  readonly type: ProgramType;
  /** Function or hook of fentry, fexit and lsm programs. */
  readonly attachFunction: string | null;
  readonly source: FileSource;
  /** `sha256:…` of the object file. */
  readonly objectDigest: string;
  /** Name to raw bytes, base64. */
  readonly globals: Readonly<Record<string, string>>;
  readonly metadata: Metadata;
  readonly license: string;
  readonly gplCompatible: boolean;
  /** Program whose maps are shared, null when the program has its own. */
  readonly mapOwnerId: ProgramId | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Where an XDP program sits. */
export interface XdpDetails {
  readonly kind: "xdp";
  readonly interface: string;
  readonly ifindex: number;
  readonly priority: number;
  readonly position: number;
  readonly netns: string | null;
  readonly nsid: number;
}

/** Where a TCX program sits; the position is derived from the order when it is shown. */
export interface TcxDetails {
  readonly kind: "tcx";
  readonly interface: string;
  readonly ifindex: number;
  readonly direction: Direction;
  readonly priority: number;
  readonly netns: string | null;
  readonly nsid: number;
}

/** A tracepoint's name. */
export interface TracepointDetails {
  readonly kind: "tracepoint";
  readonly group: string;
  readonly name: string;
}

/** A user-space probe's place. */
export interface UprobeDetails {
  readonly kind: "uprobe" | "uretprobe";
  /** Binary as it was asked for. */
  readonly target: string;
  /** Binary as it was found. */
  readonly path: string;
  readonly functionName: string | null;
  /** Where the probe is in the file, bytes. */
  readonly fileOffset: number;
  /** Offset from the function, or in the file when there is no function; bytes. */
  readonly offset: number;
  /** 0 for every process. */
  readonly pid: number;
}

/** Where a link sits, by kind. */
export type LinkDetails = XdpDetails | TcxDetails | TracepointDetails | UprobeDetails;

/** What we remember of a link. Version 1 of the record. */
export interface LinkRecord {
  readonly version: 1;
  readonly id: LinkId;
  readonly programId: ProgramId;
  /** Null while the attach is not finished. */
  readonly kernelLinkId: number | null;
  readonly pinPath: string;
  readonly details: LinkDetails;
  readonly metadata: Metadata;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A map of a program as shown to users. */
export interface MapView {
  readonly info: MapInfo | null;
  /** Full name where the pin tells it, else the kernel's 15 characters. */
  readonly name: string;
  readonly pinPath: string | null;
  readonly isPinned: boolean;
}

/** A program with what the kernel says of it now. */
export interface ProgramView {
  readonly record: ProgramRecord;
  /** Null when the kernel does not have it any more. */
  readonly kernel: ProgramInfo | null;
  /** When the kernel loaded it, null when it is gone. */
  readonly loadedAt: Date | null;
  readonly links: readonly LinkView[];
  readonly maps: readonly MapView[];
  /** Programs that use this map set, ascending. */
  readonly mapUsedBy: readonly ProgramId[];
  readonly programPin: string;
  readonly mapDirectory: string;
  readonly bytecodePath: string;
  readonly isPinned: boolean;
}

/** A row of a program list. */
export interface ProgramRow {
  readonly programId: ProgramId;
  /** True when this manager loaded it. */
  readonly isManaged: boolean;
  readonly application: string;
  /** Our word, or the kernel's for programs of others. */
  readonly type: string;
  readonly functionName: string;
  readonly links: readonly LinkId[];
  readonly record: ProgramRecord | null;
  readonly kernel: ProgramInfo | null;
  readonly loadedAt: Date | null;
}

/** A link with what the kernel says of it now. */
export interface LinkView {
  readonly record: LinkRecord;
  /** Position in the chain of its hook, from 0; null where the kind has none. */
  readonly position: number | null;
  /** Name of the owning program, empty when that is gone. */
  readonly functionName: string;
  readonly application: string;
  readonly kernel: LinkInfo | null;
  readonly isKernelSeen: boolean;
  readonly isPinPresent: boolean;
}

/** One program named in a load. */
export interface ProgramRequest {
  readonly type: ProgramType;
  /** C function name. */
  readonly name: string;
  /** Function or hook, required for fentry, fexit and lsm. */
  readonly attachFunction?: string;
}

/** Arguments of {@link Manager.load}. */
export interface LoadRequest {
  /** Path of the object file. */
  readonly path: string;
  readonly programs: readonly ProgramRequest[];
  /** Variable name to raw bytes in the target's byte order. @default none */
  readonly globals?: Readonly<Record<string, Uint8Array>>;
  readonly metadata?: Metadata;
  /** Kept as metadata `bpfman.io/application`. */
  readonly application?: string;
  /** Share the pinned maps of this program. */
  readonly mapOwnerId?: ProgramId;
}

/** Where to attach, by kind. */
export type AttachTarget =
  | {
    readonly kind: "xdp";
    readonly interface: string;
    readonly priority: number;
    readonly netns?: string;
  }
  | {
    readonly kind: "tcx";
    readonly interface: string;
    readonly direction: Direction;
    readonly priority: number;
    readonly netns?: string;
  }
  | { readonly kind: "tracepoint"; readonly group: string; readonly name: string }
  | {
    /** Uprobe or uretprobe: the program's type decides. */
    readonly kind: "uprobe";
    readonly target: string;
    readonly functionName?: string;
    readonly offset?: number;
    readonly pid?: number;
  };

/** Arguments of {@link Manager.attach}. */
export interface AttachRequest {
  readonly programId: ProgramId;
  readonly target: AttachTarget;
  readonly metadata?: Metadata;
}

/** Filters of a program list; all given ones must hold. */
export interface ProgramFilter {
  /** Also programs that others loaded. @default false */
  readonly all?: boolean;
  readonly types?: readonly ProgramType[];
  readonly application?: string;
  /** Each pair must be present. */
  readonly metadata?: Metadata;
  /** True: only with links; false: only without. */
  readonly attached?: boolean;
}

/** Filters of a link list; all given ones must hold. */
export interface LinkFilter {
  readonly kinds?: readonly LinkKind[];
  readonly programId?: ProgramId;
  /** Types of the owning program. */
  readonly types?: readonly ProgramType[];
  /** Application of the owning program. */
  readonly application?: string;
  /** Metadata of the owning program. */
  readonly metadata?: Metadata;
}

/** What is wrong between store, pins and kernel, found while reading. */
export interface Notice {
  /** Stable word, such as `interrupted-load`. */
  readonly code: string;
  readonly message: string;
}
