/**
 * What an engine must be able to do: make one main program out of a chain. Who puts it on the hook,
 * swaps it and takes it away is the same for all of them (see `seat.ts`), except libxdp, which does
 * that itself.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { ForeignMember, LinkId, ProgramId, XdpMode } from "../types.ts";

export type { ForeignMember } from "../types.ts";
import type { ChainHook, ChainMember, EngineName } from "./model.ts";
import type { LibxdpSeatFacts, SeatedChain } from "./record.ts";

/** What an engine may look at. */
export interface ChainContext {
  readonly machine: Machine;
  readonly state: StoreState;
}

/** A chain that is to be made real. */
export interface ChainSpec {
  readonly hook: ChainHook;
  /** In the order in which they run; at least one. */
  readonly members: readonly ChainMember[];
  /** Where packets meet the chain; null for TC. */
  readonly mode: XdpMode | null;
}

/** Where one version of a chain keeps its pins. */
export interface Revision {
  /** Grows by one with each change of the hook. */
  readonly number: number;
  /** Folder on the bpffs; it exists and is empty. */
  readonly folder: string;
}

/** A chain in the kernel that no packet has met yet. */
export interface BuiltChain extends Disposable {
  /** Borrowed descriptor of the program that the hook will call. */
  readonly mainFd: number;
  /** Kernel ids of the members' links, for engines that have such. */
  readonly memberLinks: ReadonlyMap<LinkId, number>;
}

/** Turns chains into programs. */
export interface ChainEngine {
  readonly name: EngineName;
  /** Capabilities that building needs. */
  readonly needs: readonly string[];
  /** Why this engine cannot run the chain, in words for users; empty when it can. Touches nothing. */
  limits(context: ChainContext, spec: ChainSpec): string[];
  /**
   * Loads and pins everything of this version below the revision's folder, the main program last, as
   * `dispatcher`. When it throws, whatever it pinned is removed by the caller.
   */
  build(context: ChainContext, spec: ChainSpec, revision: Revision): BuiltChain;
}

/** What is known before an engine with a seat of its own changes a hook. */
export interface SharedBefore {
  /** What runs there of ours; null for nothing. */
  readonly current: SeatedChain | null;
  /**
   * Kernel ids of the programs of others when the change began. After a kill the change is made once
   * more: a program on the hook that is neither in here nor in `current` is one that the killed
   * change put there, if it is like a wanted member.
   */
  readonly foreign: readonly ProgramId[];
}

/** Where members sit once an engine with a seat of its own has changed a hook. */
export interface SharedAfter {
  readonly seat: LibxdpSeatFacts;
  readonly mode: XdpMode;
  /** Kernel id of the program that the interface calls; another one after each change of anybody. */
  readonly mainProgramId: ProgramId;
}

/** An engine that puts its chain on the hook itself, where others may have programs too: libxdp. */
export interface SharingEngine {
  readonly name: "libxdp";
  /** Capabilities that a change needs. */
  readonly needs: readonly string[];
  /** True where a dispatcher that others made, and that we can join, sits on the hook. */
  isThere(machine: Machine, hook: ChainHook): boolean;
  /** Why this engine cannot run the chain, in words for users; empty when it can. Touches nothing. */
  limits(context: ChainContext, spec: ChainSpec): string[];
  /** Programs of others on the hook, in their order; throws nothing that a missing hook is to blame for. */
  foreign(machine: Machine, hook: ChainHook, current: SeatedChain | null): ForeignMember[];
  /**
   * Brings our members of the hook to those of the spec (none: we leave): what is missing joins, what
   * changed joins anew before its old self leaves, programs of others stay. Can be called again.
   */
  apply(context: ChainContext, spec: ChainSpec, before: SharedBefore): SharedAfter | null;
  /** Links whose programs are on the hook now. Reads only. */
  seated(machine: Machine, hook: ChainHook, current: SeatedChain): LinkId[];
}
