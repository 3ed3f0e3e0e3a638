/**
 * What is remembered of a hook that runs a chain.
 *
 * @module
 */
import type { LinkId, ProgramId, XdpMode } from "../types.ts";
import type { ChainHook, ChainMember, EngineChoice, EngineName } from "./model.ts";

/** An XDP chain's place in the kernel: a pinned link whose program is swapped. */
export interface XdpSeatFacts {
  /** Tells this seat from others. */
  readonly kind: "xdp";
  /** Pin of the link; the same for every revision. */
  readonly pinPath: string;
  /** The kernel's id of the link. */
  readonly kernelLinkId: number;
}

/** A TC chain's place in the kernel: a filter (`cls_bpf`, direct action) that is replaced. */
export interface TcSeatFacts {
  /** Tells this seat from others. */
  readonly kind: "tc";
  /** Preference of the filter among all filters of the hook. */
  readonly filterPriority: number;
  /** Handle of the filter. */
  readonly filterHandle: number;
  /** True when the clsact was made for this chain, and goes with it. */
  readonly hasMadeClsact: boolean;
}

/** Programs of ours in a dispatcher of libxdp, which others may share. */
export interface LibxdpSeatFacts {
  /** Tells this seat from others. */
  readonly kind: "libxdp";
  /** The kernel's id of each member's program in the dispatcher. */
  readonly programs: readonly { readonly linkId: LinkId; readonly kernelProgramId: ProgramId }[];
}

/** Where the kernel calls a chain. */
export type SeatFacts = XdpSeatFacts | TcSeatFacts | LibxdpSeatFacts;

/** A chain as it is wanted. */
export interface ChainPlan {
  /** Grows by one with each change of the hook. */
  readonly revision: number;
  /** What was asked for. */
  readonly choice: EngineChoice;
  /** What makes it real. */
  readonly engine: EngineName;
  /** Why this engine, in words. */
  readonly reason: string;
  /** In the order in which they run; none when the hook is to be left. */
  readonly members: readonly ChainMember[];
  /** Where packets meet the chain: as asked for, or as it was found to work; null for TC. */
  readonly mode: XdpMode | null;
  /** True when the mode was asked for. */
  readonly isModeForced: boolean;
}

/** A chain that packets meet. */
export interface SeatedChain extends ChainPlan {
  /** The kernel's id of the program that the hook calls; 0 where the engine has its own. */
  readonly mainProgramId: ProgramId;
  /** Where the kernel calls it. */
  readonly seat: SeatFacts;
}

/** A chain that is being made. */
export interface PlannedChain extends ChainPlan {
  /** What a first TC chain will take; null where a seat is there, or its place needs no choice. */
  readonly tcSeat: TcSeatFacts | null;
  /** Programs of others on the hook when the change began, for engines that share it. */
  readonly foreign?: readonly ProgramId[];
}

/** A hook with its chain, and the change that is under way. */
export interface HookRecord {
  /** Version of this record's shape. */
  readonly version: 1;
  readonly hook: ChainHook;
  /** What packets meet; null before the first change is done. */
  readonly current: SeatedChain | null;
  /** What the hook is on its way to; null when nothing is under way. */
  readonly next: PlannedChain | null;
}

/** Links of a hook: of what is there, and of what is under way. */
export function linksOfHook({ current, next }: HookRecord): LinkId[] {
  const ids = [...current?.members ?? [], ...next?.members ?? []].map(({ linkId }) => linkId);
  return [...new Set(ids)].sort((a, b) => a - b);
}
