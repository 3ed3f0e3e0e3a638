/**
 * Hooks with their chains, as they are shown; bpfman calls them dispatchers.
 *
 * @module
 */
import type { ChainHook, ChainMember, HookWord } from "../chain/model.ts";
import type { SeatedChain } from "../chain/record.ts";
import type { LinkRecord } from "./link.ts";
import type { ProgramId } from "./words.ts";

export type { ChainHook, ChainMember, EngineChoice, EngineName, HookWord } from "../chain/model.ts";
export type {
  ChainPlan,
  LibxdpSeatFacts,
  SeatedChain,
  SeatFacts,
  TcSeatFacts,
  XdpSeatFacts,
} from "../chain/record.ts";

/** Names a dispatcher as bpfman does. */
export interface DispatcherKey {
  /** Kind of the hook. */
  readonly type: HookWord;
  /** Inode number of the network namespace. */
  readonly nsid: number;
  /** Index of the interface. */
  readonly ifindex: number;
}

/** Filters of a dispatcher list; all given ones must hold. */
export interface DispatcherFilter {
  /** This kind of hook. */
  readonly type?: HookWord;
  /** In this network namespace. */
  readonly nsid?: number;
  /** On the interface of this index. */
  readonly ifindex?: number;
}

/** A program in a chain, as it is shown. */
export interface MemberView {
  /** The link and its place. */
  readonly member: ChainMember;
  /** From 0, among all programs of the hook. */
  readonly position: number;
  /** What we remember of the link, null when that is damaged. */
  readonly link: LinkRecord | null;
  /** Name of the program, empty when that is gone. */
  readonly functionName: string;
  /** How often it ran since it joined; null where nobody counts. */
  readonly runs: bigint | null;
}

/** A program of others in a chain that libxdp shares. */
export interface ForeignMember {
  /** The kernel's id. */
  readonly programId: ProgramId;
  /** Name of its function. */
  readonly name: string;
  /** From 0, among all programs of the hook. */
  readonly position: number;
  /** Lower runs first. */
  readonly priority: number;
  /** Return codes after which the next program runs, ascending. */
  readonly proceedOn: readonly number[];
}

/** A hook with the chain that packets meet there. */
export interface DispatcherView {
  /** Names it. */
  readonly key: DispatcherKey;
  /** Where it is. */
  readonly hook: ChainHook;
  /** The chain. */
  readonly chain: SeatedChain;
  /** In the order in which they run. */
  readonly members: readonly MemberView[];
  /** Programs of others that run between ours; empty unless libxdp runs the chain. */
  readonly foreign: readonly ForeignMember[];
}
