/**
 * Programs: what we remember, and what is shown.
 *
 * @module
 */
import type { MapInfo, ProgramInfo } from "../../ffi/kernel.ts";
import type { DeclaredBy } from "../declared/types.ts";
import type { PullPolicy } from "../image/types.ts";
import type { SourceFacts } from "../policy/types.ts";
import type { LinkView } from "./link.ts";
import type { LinkId, Metadata, ProgramId, ProgramType } from "./words.ts";

/** Where an object came from: a file. */
export interface FileSource {
  /** Tells this source from others. */
  readonly kind: "file";
  /** Path as it was typed. */
  readonly path: string;
}

/** Where an object came from: an image. */
export interface ImageSource {
  /** Tells this source from others. */
  readonly kind: "image";
  /** Name of the image, complete. */
  readonly reference: string;
  /** What the name stood for: an index or a manifest. */
  readonly digest: string;
  /** The manifest that the object came from. */
  readonly manifestDigest: string;
  /** When the image was to be fetched. */
  readonly pullPolicy: PullPolicy;
}

/** Where an object came from. */
export type ObjectSource = FileSource | ImageSource;

/** What tells a program from others that the kernel gave the same id. */
export interface ProgramIdentity {
  /** The boot in which it was loaded. */
  readonly bootId: string;
  /** The kernel's hash of its instructions: hex, 16 digits. */
  readonly tag: string;
  /** Nanoseconds since boot, as a decimal number. */
  readonly loadTime: string;
}

/** What we remember of a loaded program. */
export interface ProgramRecord {
  /** Version of this record's shape. */
  readonly version: 1;
  /** Id that the kernel gave it. */
  readonly programId: ProgramId;
  /** C function name. */
  readonly name: string;
  /** Type as it was declared at load. */
  readonly type: ProgramType;
  /** Function or hook of fentry, fexit and lsm programs. */
  readonly attachFunction: string | null;
  /** Where the object came from. */
  readonly source: ObjectSource;
  /** Where the object came from, as a policy saw it; left out where none was asked. */
  readonly origin?: SourceFacts;
  /** `sha256:…` of the object file. */
  readonly objectDigest: string;
  /** Names of global variables that were set, with their raw bytes in base64. */
  readonly globals: Readonly<Record<string, string>>;
  /** Metadata as it was given, with the application in it. */
  readonly metadata: Metadata;
  /** Text of the object's licence, empty when it has none. */
  readonly license: string;
  /** True when the kernel takes the licence as compatible with the GPL. */
  readonly gplCompatible: boolean;
  /** Program whose maps are shared, null when the program has its own. */
  readonly mapOwnerId: ProgramId | null;
  /** Kernel ids of its maps by full name, internal ones too; rows of version 0.1.0 have none. */
  readonly mapIds?: Readonly<Record<string, number>>;
  /** Program whose links it is taking over; left out when nothing of that kind is under way. */
  readonly replaces?: ProgramId;
  /** True while a `run` has loaded it and not attached it yet; left out otherwise. */
  readonly awaitsLink?: true;
  /** What tells it from a later program of the same id; rows of old versions have none. */
  readonly identity?: ProgramIdentity;
  /** The application that it belongs to; left out for what was loaded by hand. */
  readonly declared?: DeclaredBy;
  /** The apply that loaded it: while that is under way, it is not settled that the program stays. */
  readonly applyId?: string;
  /** When it was loaded: ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A map of a program as shown to users. */
export interface MapView {
  /** The kernel's id; left out when it is not known. */
  readonly id?: number;
  /**
   * The kernel's facts, null when it does not have the map any more, or tells them to
   * CAP_SYS_ADMIN only: of maps that are not pinned.
   */
  readonly info: MapInfo | null;
  /** Full name where the pin tells it, else the kernel's 15 characters. */
  readonly name: string;
  /** Where it is pinned; null for internal maps, which are not. */
  readonly pinPath: string | null;
  /** True when the pin exists. */
  readonly isPinned: boolean;
}

/** A program with what the kernel says of it now. */
export interface ProgramView {
  /** What we remember. */
  readonly record: ProgramRecord;
  /** The kernel's facts, null when it does not have the program any more. */
  readonly kernel: ProgramInfo | null;
  /** When the kernel loaded it, null when it is gone. */
  readonly loadedAt: Date | null;
  /** Its links, ascending by id. */
  readonly links: readonly LinkView[];
  /** Its maps, ascending by kernel id. */
  readonly maps: readonly MapView[];
  /** Programs that use this map set, ascending. */
  readonly mapUsedBy: readonly ProgramId[];
  /** Path of the program's pin. */
  readonly programPin: string;
  /** Folder of its map pins. */
  readonly mapDirectory: string;
  /** Path of the kept copy of the object file. */
  readonly bytecodePath: string;
  /** True when the pin exists. */
  readonly isPinned: boolean;
}

/** A row of a program list. */
export interface ProgramRow {
  /** Id that the kernel gave it. */
  readonly programId: ProgramId;
  /** True when this manager loaded it. */
  readonly isManaged: boolean;
  /** Application of its metadata, empty when there is none. */
  readonly application: string;
  /** Our word, or the kernel's for programs of others. */
  readonly type: string;
  /** C function name; the kernel's 15 characters for programs of others. */
  readonly functionName: string;
  /** Its links, ascending. */
  readonly links: readonly LinkId[];
  /** What we remember, null for programs of others. */
  readonly record: ProgramRecord | null;
  /** The kernel's facts, null when the program is gone. */
  readonly kernel: ProgramInfo | null;
  /** When the kernel loaded it, null when it is gone. */
  readonly loadedAt: Date | null;
  /** Processes that hold a program of others open; empty for ours, which nobody need hold. */
  readonly holders: readonly ProcessHolder[];
}

/** A process that holds a BPF object open. */
export interface ProcessHolder {
  /** Process id. */
  readonly pid: number;
  /** Short name of its program. */
  readonly command: string;
}
