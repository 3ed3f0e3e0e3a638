/**
 * What can be asked of an apply, and what comes of it.
 *
 * @module
 */
import type { Admission, RefusedLoad } from "../admission/types.ts";
import type { SourceFacts } from "../policy/types.ts";
import type { AttachTarget, LinkRecord, ObjectPlace, ProgramRecord } from "../types.ts";
import type { GateSpec } from "./gate/types.ts";
import type { ApplicationPlan, DeclaredObject, DesiredApplication, Generation } from "./types.ts";

/** An application with its object. */
export interface ApplyApplication {
  /** What is wanted. */
  readonly desired: DesiredApplication;
  /** What was decided about the object. */
  readonly declared: DeclaredObject;
  /** The object itself; null where nothing of it will have to be loaded. */
  readonly object: ObjectPlace | null;
  /** What the policy says of the object, for previews. @default it was not asked */
  readonly verdict?: Admission | RefusedLoad;
  /** The generation that is gone back to. */
  readonly rollbackOf?: number;
}

/** A place that a program of an application is to have. */
export interface ApplyPlace {
  /** The application. */
  readonly application: string;
  /** The program's name. */
  readonly program: string;
  /** Function or hook of fentry, fexit and lsm. */
  readonly attachFunction: string | null;
  /** Where the object comes from. */
  readonly source: SourceFacts;
  /** The place; null where a link keeps its own. */
  readonly target: AttachTarget | null;
  /** The link that is changed or taken over; null for a new one. */
  readonly link: LinkRecord | null;
}

/** What a gate watches: everything old is still there, and is gone back to when it fails. */
export interface ApplyScene {
  /** New programs. */
  readonly programs: readonly ProgramRecord[];
  /** Links that run a new program, are new, or have another place than before. */
  readonly links: readonly LinkRecord[];
}

/** Whether a gate was passed. */
export interface ApplyVerdict {
  /** True when the new state may stay. */
  readonly isPassed: boolean;
  /** Why, in words: stands behind a colon. */
  readonly reason: string;
}

/** Arguments of an apply. */
export interface ApplyRequest {
  /** What is wanted. */
  readonly applications: readonly ApplyApplication[];
  /** Names of applications that are to go. @default none */
  readonly remove?: readonly string[];
  /** Whose the applications are. */
  readonly owner: string;
  /** Also takes applications of other owners. @default false */
  readonly takeOver?: boolean;
  /** The data directory: absolute path. */
  readonly directory: string;
  /** Who applies: name or id of the user, and whom sudo names. */
  readonly createdBy: string;
  /** Asked for each new or changed place before anything is changed; refuses by throwing. */
  readonly admit?: (place: ApplyPlace) => void;
  /** What new programs must do for a while before the old ones go. @default nothing */
  readonly gate?: GateSpec;
  /** Watches the new state before the old one goes. @default what the gate says */
  readonly watch?: (scene: ApplyScene) => Promise<ApplyVerdict>;
}

/** What became of an application. */
export interface AppliedApplication {
  /** Its name. */
  readonly name: string;
  /** The generation that it is at now. */
  readonly generation: Generation;
  /** What was done. */
  readonly plan: ApplicationPlan;
  /** False when all was as wanted already. */
  readonly isChanged: boolean;
  /** Its programs, in the order of the manifest. */
  readonly programs: readonly ProgramRecord[];
  /** Its links, ascending. */
  readonly links: readonly LinkRecord[];
}

/** What an apply made. */
export interface ApplyReport {
  /** In the order of the request, those that went last. */
  readonly applications: readonly AppliedApplication[];
}
