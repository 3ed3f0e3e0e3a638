/**
 * Declared state: what applications are to look like, and which of it was made, as plain data.
 *
 * @module
 */
import type { EngineChoice } from "../chain/model.ts";
import type { PullPolicy } from "../image/types.ts";
import type { SourceFacts } from "../policy/types.ts";
import type {
  AttachTarget,
  LinkId,
  LinkRecord,
  Metadata,
  ProgramId,
  ProgramRecord,
  ProgramType,
  XdpMode,
} from "../types.ts";

/** Where an application's object comes from. */
export type DesiredBytecode =
  /** An image; the digest is set once it is known (in generations always). */
  | { readonly kind: "image"; readonly url: string; readonly pullPolicy: PullPolicy }
  /** A file on this machine. */
  | { readonly kind: "file"; readonly path: string };

/** One place of a program. Interface selectors are expanded already. */
export interface DesiredLink {
  /** Where. */
  readonly target: AttachTarget;
  /** Kept with the link. */
  readonly metadata: Metadata;
}

/** One program of an application. */
export interface DesiredProgram {
  /** C function name; unique in its application. */
  readonly name: string;
  /** Type to load it as. */
  readonly type: ProgramType;
  /** Function or hook of fentry, fexit and lsm. */
  readonly attachFunction?: string;
  /** Its places; none when it is loaded only. */
  readonly links: readonly DesiredLink[];
}

/** An application as its manifest wants it, on this machine. */
export interface DesiredApplication {
  /** `NAME`, or `NAMESPACE/NAME` for a namespaced one. */
  readonly name: string;
  /** Kind of its manifest. */
  readonly kind: "BpfApplication" | "ClusterBpfApplication";
  /** Labels of the manifest. */
  readonly labels: Metadata;
  /** Where the object comes from. */
  readonly bytecode: DesiredBytecode;
  /** Values of global variables: raw bytes in base64. */
  readonly globals: Readonly<Record<string, string>>;
  /** Programs, in the order of the manifest. */
  readonly programs: readonly DesiredProgram[];
}

/** What was decided about an application's object; kept for restore, which judges once more. */
export interface DeclaredObject {
  /** Where it came from, as policies see it. */
  readonly source: SourceFacts;
  /** Name of the image with its digest, null for a file. */
  readonly imageDigest: string | null;
  /** `sha256:…` of the object's bytes. */
  readonly objectDigest: string;
  /** Digests that were let in unsigned by the command that declared this. */
  readonly allowedUnsigned: readonly string[];
}

/** One state of an application that was made. Kept for ever in the data directory. */
export interface Generation {
  /** Version of this record's shape. */
  readonly version: 1;
  /** Counts from 1, for each application by itself. */
  readonly number: number;
  /** The application; null programs mean that it was deleted. */
  readonly application: DesiredApplication;
  /** What the object is. */
  readonly object: DeclaredObject;
  /** True when this generation took the application away. */
  readonly isDeleted: boolean;
  /** Who may change it: `--owner`. */
  readonly owner: string;
  /** When: ISO 8601, UTC. */
  readonly createdAt: string;
  /** Who: name or id of the user, and whom sudo names. */
  readonly createdBy: string;
  /** The generation that was gone back to. */
  readonly rollbackOf?: number;
  /** `sha256:…` of the application as JSON. */
  readonly digest: string;
}

/** What a row belongs to, when it was declared and not made by hand. */
export interface DeclaredBy {
  /** The application. */
  readonly application: string;
  /** The generation that made it, or took it over. */
  readonly generation: number;
}

/** How far an apply came. */
export type ApplyPhase =
  /** Programs are loaded; no packet and no event meets them. A kill is undone. */
  | "load"
  /** Links change. A kill is finished; where the kernel refuses, all goes back. */
  | "switch"
  /** Links change, and the old version stays until the gate is passed. A kill goes back. */
  | "gate"
  /** All goes back to as it was. A kill goes on with that. */
  | "back"
  /** The old version goes. A kill is finished. */
  | "clear";

/** What becomes of one program. */
export type ProgramStep =
  | { readonly kind: "keep"; readonly name: string; readonly programId: ProgramId }
  | { readonly kind: "load"; readonly name: string }
  /** A new version takes the places of an old one, with its maps where their schemas agree. */
  | { readonly kind: "replace"; readonly name: string; readonly from: ProgramId }
  | { readonly kind: "unload"; readonly name: string; readonly from: ProgramId };

/** What becomes of one link. `program` is the name within the application. */
export type LinkStep =
  | { readonly kind: "keep"; readonly program: string; readonly linkId: LinkId }
  | { readonly kind: "attach"; readonly program: string; readonly link: DesiredLink }
  | { readonly kind: "detach"; readonly program: string; readonly linkId: LinkId }
  /** Another priority, proceed-on or engine of a place that stays: XDP, TC, TCX and netkit. */
  | {
    readonly kind: "update";
    readonly program: string;
    readonly linkId: LinkId;
    readonly link: DesiredLink;
  };

/** What an apply does for one application. */
export interface ApplicationPlan {
  /** The application. */
  readonly name: string;
  /** The generation that this makes; the last one when nothing changes. */
  readonly generation: Generation;
  /** Programs. */
  readonly programs: readonly ProgramStep[];
  /** Links. */
  readonly links: readonly LinkStep[];
}

/** What a hook as a whole is asked for. */
export interface HookWish {
  /** Engine. @default what the hook has */
  readonly choice?: EngineChoice;
  /** Mode of an XDP chain. @default what the hook has */
  readonly mode?: XdpMode;
}

/** Links as they shall be: new ones have their ids already, so that a step may be taken twice. */
export interface LinkGoal {
  /** Rows; where they are pinned is found out when they are made. */
  readonly links: readonly LinkRecord[];
  /** Hooks with chains, by key. */
  readonly hooks: Readonly<Record<string, HookWish>>;
}

/** The journal of an apply: one row, written before the first step and removed after the last. */
export interface ApplyIntent {
  /** Version of this record's shape. */
  readonly version: 1;
  /** Tells this apply from others: its programs name it until they are settled. */
  readonly id: string;
  /** How far it came. */
  readonly phase: ApplyPhase;
  /** What it does. */
  readonly plans: readonly ApplicationPlan[];
  /** Programs that were loaded for it, by application and name: `APP/NAME`. */
  readonly loaded: Readonly<Record<string, ProgramId>>;
  /** Rows as they were, to go back to. */
  readonly before: LinkGoal & { readonly programs: readonly ProgramRecord[] };
  /** Links as they shall be; null while programs are loaded. */
  readonly after: LinkGoal | null;
  /** The data directory, which keeps generations: absolute path. */
  readonly directory: string;
}
