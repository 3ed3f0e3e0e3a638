/**
 * What an engine must be able to do: make one main program out of a chain. Who puts it on the hook,
 * swaps it and takes it away is the same for all of them (see `seat.ts`), except libxdp, which does
 * that itself.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkId, XdpMode } from "../types.ts";
import type { ChainHook, ChainMember, EngineName } from "./model.ts";

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
