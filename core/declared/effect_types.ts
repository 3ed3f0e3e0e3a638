/**
 * What the kernel will look like after an apply, as plain data: made before anything is done.
 *
 * @module
 */
import type { EngineName } from "../chain/model.ts";
import type { Admission, RefusedLoad } from "../admission/types.ts";
import type { LinkId, ProgramId, ProgramType } from "../types.ts";
import type { LinkStep, ProgramStep } from "./types.ts";

/** What becomes of a map. */
export type MapFate =
  /** A new version goes on with it, with what is in it. */
  | "kept"
  /** It is pinned by name and there already. */
  | "shared"
  /** There is none yet. */
  | "created"
  /** It begins anew, empty: the one that is there has another shape. */
  | "incompatible"
  /** It goes with the version that has it. */
  | "dropped"
  /** Nobody may look at the one that is there. */
  | "unknown";

/** A map of a program, and what becomes of it. */
export interface MapEffect {
  /** Full name. */
  readonly name: string;
  /** What becomes of it. */
  readonly fate: MapFate;
  /** The first difference, or why it is not known; null when there is nothing to tell. */
  readonly reason: string | null;
}

/** A program, and what becomes of it. */
export interface ProgramEffect {
  /** What is done. */
  readonly step: ProgramStep["kind"];
  /** C function name. */
  readonly name: string;
  /** Type, as it will be; of one that goes, as it is. */
  readonly type: ProgramType;
  /** The program that is there; null for none. */
  readonly programId: ProgramId | null;
  /** Digest of the object that it was loaded from; null for none. */
  readonly from: string | null;
  /** Digest of the object that it is to run; null when it goes. */
  readonly to: string | null;
  /** Its maps; none are told of programs that are kept. */
  readonly maps: readonly MapEffect[];
}

/** A link, and what becomes of it. */
export interface LinkEffect {
  /** What is done. */
  readonly step: LinkStep["kind"];
  /** Program within the application. */
  readonly program: string;
  /** Kind of the link. */
  readonly kind: ProgramType;
  /** Where, in words. */
  readonly place: string;
  /** Path of the network namespace; null for the manager's own, and for kinds without. */
  readonly netns: string | null;
  /** The link that is there; null for none. */
  readonly linkId: LinkId | null;
  /** What changes, such as `priority 50 -> 10`. */
  readonly changes: readonly string[];
}

/** What becomes of a place in a chain. */
export type ChainMark = "same" | "new" | "changed" | "gone";

/** One program's place in the order of a hook. */
export interface ChainPlace {
  /** What becomes of it. */
  readonly mark: ChainMark;
  /** Application of the link; null for one that was made by hand. */
  readonly application: string | null;
  /** C function name. */
  readonly program: string;
  /** The kernel's id; null for a program that is not loaded yet. */
  readonly programId: ProgramId | null;
  /** Our id; null for a link that is not made yet. */
  readonly linkId: LinkId | null;
  /** Lower runs first. */
  readonly priority: number;
  /** Results after which the next one runs, in words; null for kinds without. */
  readonly proceedOn: readonly string[] | null;
  /** True when a new version takes this place. */
  readonly isNewVersion: boolean;
}

/** A hook that takes several programs, before and after. Hooks that stay as they are are left out. */
export interface ChainEffect {
  /** Kind of its links. */
  readonly kind: "xdp" | "tc" | "tcx" | "netkit";
  /** Name of the interface. */
  readonly interface: string;
  /** Direction or end; null for XDP. */
  readonly side: string | null;
  /** Path of the network namespace; null for the manager's own. */
  readonly netns: string | null;
  /** The engine that runs it now; null where there is no chain. */
  readonly engine: EngineName | null;
  /** In the order in which they run now. */
  readonly before: readonly ChainPlace[];
  /** In the order in which they will run. */
  readonly after: readonly ChainPlace[];
}

/** What is done for one application. */
export interface ApplicationEffect {
  /** The application. */
  readonly name: string;
  /** Number of the generation that it will have. */
  readonly generation: number;
  /** Number of the one before; null for none. */
  readonly last: number | null;
  /** True when nothing is done. */
  readonly isUnchanged: boolean;
  /** True when it is taken away. */
  readonly isDeleted: boolean;
  /** Whose it will be. */
  readonly owner: string;
  /** Programs. */
  readonly programs: readonly ProgramEffect[];
  /** Links. */
  readonly links: readonly LinkEffect[];
  /** Links that were made by hand on a program that is unloaded, and so go with it. */
  readonly cutByHand: readonly LinkId[];
  /** What the policy says of its object; null when nothing is loaded. */
  readonly verdict: Admission | RefusedLoad | null;
}

/** What the kernel will look like. */
export interface ApplyEffects {
  /** By application, in the order of the request. */
  readonly applications: readonly ApplicationEffect[];
  /** Hooks whose programs or order change. */
  readonly chains: readonly ChainEffect[];
  /** Capabilities that the change needs. */
  readonly capabilities: readonly string[];
}
