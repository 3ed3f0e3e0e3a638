/**
 * What can be asked of a manager.
 *
 * @module
 */
import type { EngineChoice } from "../chain/model.ts";
import type { ImageObject } from "../image/api.ts";
import type { SourceFacts } from "../policy/types.ts";
import type { LinkRecord } from "./link.ts";
import type { ProgramRecord } from "./program.ts";
import type { AttachTarget } from "./targets.ts";
import type { LinkId, LinkKind, Metadata, ProgramId, ProgramType } from "./words.ts";

/** One program named in a load. */
export interface ProgramRequest {
  /** Type to load it as. */
  readonly type: ProgramType;
  /** C function name. */
  readonly name: string;
  /** Function or hook, required for fentry, fexit and lsm. */
  readonly attachFunction?: string;
}

/** What a load from a file and one from an image have in common. */
export interface LoadSettings {
  /** Programs to load, at least one. */
  readonly programs: readonly ProgramRequest[];
  /**
   * Variable name to its bytes in the target's byte order, or to text: a value of the variable's
   * type, or bytes in hex. @default none
   */
  readonly globals?: Readonly<Record<string, Uint8Array | string>>;
  /** Kept with each program. @default none */
  readonly metadata?: Metadata;
  /** Kept as metadata `bpfman.io/application`. */
  readonly application?: string;
  /** Share the pinned maps of this program. */
  readonly mapOwnerId?: ProgramId;
  /** Where the object came from, as a policy saw it; kept for attaches. @default not kept */
  readonly origin?: SourceFacts;
}

/** Arguments of a load from a file. */
export interface FileLoadRequest extends LoadSettings {
  /** Path of the object file. */
  readonly path: string;
  /** Its content, when it was read (and judged) before. @default the file is read */
  readonly bytes?: Uint8Array;
  /** Not given with a path. */
  readonly image?: undefined;
}

/** Arguments of a load from an image. */
export interface ImageLoadRequest extends LoadSettings {
  /** The object out of the image, with where it came from. */
  readonly image: ImageObject;
  /** Not given with an image. */
  readonly path?: undefined;
}

/** Arguments of a load. */
export type LoadRequest = FileLoadRequest | ImageLoadRequest;

/** Arguments of an attach. */
export interface AttachRequest {
  /** The program, loaded before. */
  readonly programId: ProgramId;
  /** Where to attach it. */
  readonly target: AttachTarget;
  /** Kept with the link. @default none */
  readonly metadata?: Metadata;
  /** Asked before anything is changed; refuses by throwing. @default nobody is asked */
  readonly admit?: (program: ProgramRecord) => void;
}

/** What becomes of an XDP or TC link; what is left out stays. */
export interface LinkChanges {
  /** Asked before anything is changed; refuses by throwing. @default nobody is asked */
  readonly admit?: (program: ProgramRecord, link: LinkRecord) => void;
  /** Lower runs first. */
  readonly priority?: number;
  /** Results after which the next program runs, such as `pass`. */
  readonly proceedOn?: readonly string[];
  /** Engine for the whole hook. */
  readonly engine?: EngineChoice;
}

/** Changes of one hook that become one swap. */
export interface ChainRequest {
  /** Programs that join; their targets name the same hook. @default none */
  readonly attach?: readonly AttachRequest[];
  /** Links that change. @default none */
  readonly update?: readonly (Omit<LinkChanges, "engine"> & { readonly id: LinkId })[];
  /** Links that leave. @default none */
  readonly detach?: readonly LinkId[];
  /** Engine for the whole hook. @default what the hook has */
  readonly engine?: EngineChoice;
}

/** Who may use pinned maps besides root. */
export interface MapAccess {
  /** Name or id of a group. @default root's */
  readonly group?: string;
  /** Mode of the pins. @default 0o660 */
  readonly mode?: number;
}

/** Arguments of a run: a load of one program and its attach. */
export interface RunRequest {
  /** What to load: exactly one program. */
  readonly load: LoadRequest;
  /** Where to attach it. */
  readonly target: AttachTarget;
  /** Kept with the link. @default none */
  readonly metadata?: Metadata;
}

/** What a replacement is told besides the object. */
export interface ReplaceSettings {
  /** Where the object came from, as a policy saw it; kept for attaches. @default not kept */
  readonly origin?: SourceFacts;
  /** The program whose place is taken. */
  readonly programId: ProgramId;
  /** C function name of the new version. @default the old one's */
  readonly name?: string;
  /** Globals to set besides those that were set before, or instead of them. @default none */
  readonly globals?: Readonly<Record<string, Uint8Array | string>>;
  /** Lets maps whose schema has changed begin anew, empty. @default false: they are refused */
  readonly newMaps?: boolean;
  /**
   * Asked before anything is changed, for each link that the new version takes over; refuses by
   * throwing. @default nobody is asked
   */
  readonly admit?: (program: ProgramRecord, link: LinkRecord) => void;
}

/** Where an object is: in a file, or taken out of an image. */
export type ObjectPlace =
  /** Path of the object file, and its content when it was read (and judged) before. */
  | { readonly path: string; readonly bytes?: Uint8Array; readonly image?: undefined }
  /** The object out of the image, with where it came from. */
  | { readonly image: ImageObject; readonly path?: undefined };

/** Arguments of a replacement. */
export type ReplaceRequest = ReplaceSettings & ObjectPlace;

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
  /** Label selector in the Kubernetes grammar over the metadata, such as `tier in (a, b),!old`. */
  readonly selector?: string;
  /** True: only with links; false: only without. */
  readonly attached?: boolean;
  /**
   * False: the memory of each is left unknown, which saves reading a file for each. @default true
   */
  readonly hasMemory?: boolean;
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
  /** Label selector over the metadata of the owning program. */
  readonly selector?: string;
}

/** What is wrong between store, pins and kernel, found on the way. */
export interface Notice {
  /** Stable word, such as `interrupted-load`. */
  readonly code: string;
  /** What was found, and what became of it. */
  readonly message: string;
}
