/**
 * Links: what we remember, and what is shown.
 *
 * @module
 */
import type { LinkInfo } from "../../ffi/kernel.ts";
import type { Direction, LinkId, Metadata, ProgramId } from "./words.ts";

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
  /** Place in the chain, from 0. */
  readonly position: number;
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

/** A tracepoint's name. */
export interface TracepointDetails {
  /** Tells this kind from others. */
  readonly kind: "tracepoint";
  /** Such as `syscalls`. */
  readonly group: string;
  /** Such as `sys_enter_openat`. */
  readonly name: string;
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
}

/** Where a link sits, by kind. */
export type LinkDetails = XdpDetails | TcxDetails | TracepointDetails | UprobeDetails;

/** What we remember of a link. */
export interface LinkRecord {
  /** Version of this record's shape. */
  readonly version: 1;
  /** Our id. */
  readonly id: LinkId;
  /** The program that is attached. */
  readonly programId: ProgramId;
  /** The kernel's id; null while the attach is not finished. */
  readonly kernelLinkId: number | null;
  /** Where the link is pinned. */
  readonly pinPath: string;
  /** Where the link sits. */
  readonly details: LinkDetails;
  /** Metadata as it was given. */
  readonly metadata: Metadata;
  /** When it was attached: ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A link with what the kernel says of it now. */
export interface LinkView {
  /** What we remember. */
  readonly record: LinkRecord;
  /** Position in the chain of its hook, from 0; null where the kind has none. */
  readonly position: number | null;
  /** Name of the owning program, empty when that is gone. */
  readonly functionName: string;
  /** Application of the owning program, empty when it has none. */
  readonly application: string;
  /** The kernel's facts, null when it does not have the link any more. */
  readonly kernel: LinkInfo | null;
  /** True when the kernel has the link. */
  readonly isKernelSeen: boolean;
  /** True when the pin exists. */
  readonly isPinPresent: boolean;
}
