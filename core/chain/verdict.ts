/**
 * What a chain does with a packet, computed without the kernel: the truth that every engine is
 * measured against.
 *
 * @module
 */
import type { ChainKind } from "./proceed_on.ts";

/** One member, and what it returns for the packet. */
export interface MemberRun {
  readonly proceedOn: readonly number[];
  /** Its return code. */
  readonly returns: number;
}

/** How a chain ends. */
export interface ChainVerdict {
  /** What the hook is told. */
  readonly code: number;
  /** How many members ran. */
  readonly ran: number;
}

/** What the hook is told when the last member, too, handed the packet on: XDP_PASS, TC_ACT_OK. */
export const END_OF_CHAIN: Readonly<Record<ChainKind, number>> = { xdp: 2, tc: 0 };

/**
 * Runs a chain: the first result that its member does not proceed on is the verdict.
 *
 * @param kind Kind of the chain.
 * @param runs The members in their order.
 */
export function chainVerdict(kind: ChainKind, runs: readonly MemberRun[]): ChainVerdict {
  const end = runs.findIndex(({ proceedOn, returns }) => !proceedOn.includes(returns));
  const last = runs[end];
  return last === undefined
    ? { code: END_OF_CHAIN[kind], ran: runs.length }
    : { code: last.returns, ran: end + 1 };
}

/** Results with which a packet goes on its way, by kind: the same packet meets the same fate. */
const LETS_THROUGH: Readonly<Record<ChainKind, readonly number[]>> = {
  // dispatcher_return stands for "no program here": no program returns it
  xdp: [2, 31],
  // a filter in direct action mode takes reclassify, pipe and unspec alike: go on
  tc: [-1, 0, 1, 3, 30],
};

/**
 * True when a program alone on the hook, attached as it is, treats packets as a chain of it would.
 * It does not when it proceeds on a result that stops packets: the end of the chain lets them pass.
 */
export function actsAlone(kind: ChainKind, proceedOn: readonly number[]): boolean {
  return proceedOn.every((code) => LETS_THROUGH[kind].includes(code));
}
