/**
 * What can be asked of a manager.
 *
 * @module
 */
import type { Direction, LinkKind, Metadata, ProgramId, ProgramType } from "./words.ts";

/** One program named in a load. */
export interface ProgramRequest {
  /** Type to load it as. */
  readonly type: ProgramType;
  /** C function name. */
  readonly name: string;
  /** Function or hook, required for fentry, fexit and lsm. */
  readonly attachFunction?: string;
}

/** Arguments of a load. */
export interface LoadRequest {
  /** Path of the object file. */
  readonly path: string;
  /** Programs to load, at least one. */
  readonly programs: readonly ProgramRequest[];
  /** Variable name to raw bytes in the target's byte order. @default none */
  readonly globals?: Readonly<Record<string, Uint8Array>>;
  /** Kept with each program. @default none */
  readonly metadata?: Metadata;
  /** Kept as metadata `bpfman.io/application`. */
  readonly application?: string;
  /** Share the pinned maps of this program. */
  readonly mapOwnerId?: ProgramId;
}

/** An XDP hook. */
export interface XdpTarget {
  /** Tells this target from others. */
  readonly kind: "xdp";
  /** Name of the interface. */
  readonly interface: string;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
}

/** A TCX hook (Linux 6.6). */
export interface TcxTarget {
  /** Tells this target from others. */
  readonly kind: "tcx";
  /** Name of the interface. */
  readonly interface: string;
  /** Side of the interface. */
  readonly direction: Direction;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
}

/** A tracepoint. */
export interface TracepointTarget {
  /** Tells this target from others. */
  readonly kind: "tracepoint";
  /** Such as `syscalls`. */
  readonly group: string;
  /** Such as `sys_enter_openat`. */
  readonly name: string;
}

/** A function of a program or library, entered or left: the program's type decides. */
export interface UprobeTarget {
  /** Tells this target from others. */
  readonly kind: "uprobe";
  /** Absolute path, or a library's name such as `libc`. */
  readonly target: string;
  /** Function; required without an offset. */
  readonly functionName?: string;
  /** Bytes from the function, or in the file without one. @default 0 */
  readonly offset?: number;
  /** Process to watch. @default every process */
  readonly pid?: number;
}

/** Where to attach, by kind. */
export type AttachTarget = XdpTarget | TcxTarget | TracepointTarget | UprobeTarget;

/** Arguments of an attach. */
export interface AttachRequest {
  /** The program, loaded before. */
  readonly programId: ProgramId;
  /** Where to attach it. */
  readonly target: AttachTarget;
  /** Kept with the link. @default none */
  readonly metadata?: Metadata;
}

/** Filters of a program list; all given ones must hold. */
export interface ProgramFilter {
  /** Also programs that others loaded. @default false */
  readonly all?: boolean;
  /** Any of these types. */
  readonly types?: readonly ProgramType[];
  /** This application. */
  readonly application?: string;
  /** Each pair must be present. */
  readonly metadata?: Metadata;
  /** True: only with links; false: only without. */
  readonly attached?: boolean;
}

/** Filters of a link list; all given ones must hold. */
export interface LinkFilter {
  /** Any of these kinds. */
  readonly kinds?: readonly LinkKind[];
  /** Links of this program. */
  readonly programId?: ProgramId;
  /** Types of the owning program. */
  readonly types?: readonly ProgramType[];
  /** Application of the owning program. */
  readonly application?: string;
  /** Metadata of the owning program. */
  readonly metadata?: Metadata;
}

/** What is wrong between store, pins and kernel, found on the way. */
export interface Notice {
  /** Stable word, such as `interrupted-load`. */
  readonly code: string;
  /** What was found, and what became of it. */
  readonly message: string;
}
