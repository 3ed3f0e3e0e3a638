/**
 * Proceed-on: the results after which the next program of a chain runs. The words, codes and bits
 * are those of bpfman.
 *
 * @module
 */
import { usageError } from "../errors.ts";
import type { ChainHook } from "./model.ts";

/** Kind of a chain. */
export type ChainKind = ChainHook["kind"];

/** Return codes of XDP programs by word (enum xdp_action), and 31, which an empty stub returns. */
const XDP_CODES = {
  aborted: 0,
  drop: 1,
  pass: 2,
  tx: 3,
  redirect: 4,
  dispatcher_return: 31,
} as const;

/** Return codes of TC programs by word (TC_ACT_*), and 30, which an empty stub returns. */
const TC_CODES = {
  unspec: -1,
  ok: 0,
  reclassify: 1,
  shot: 2,
  pipe: 3,
  stolen: 4,
  queued: 5,
  repeat: 6,
  redirect: 7,
  trap: 8,
  dispatcher_return: 30,
} as const;

/** Codes by word and kind. */
export const PROCEED_CODES: Readonly<Record<ChainKind, Readonly<Record<string, number>>>> = {
  xdp: XDP_CODES,
  tc: TC_CODES,
};

/** What a member proceeds on when nothing was asked for. */
export const DEFAULT_PROCEED_ON: Readonly<Record<ChainKind, readonly number[]>> = {
  xdp: [XDP_CODES.pass, XDP_CODES.dispatcher_return],
  tc: [TC_CODES.pipe, TC_CODES.dispatcher_return],
};

/**
 * Codes of words, ascending and without doubles.
 *
 * @param kind Kind of the chain.
 * @param words Such as `pass`, in any case.
 * @throws {BpfmanError} For a word that the kind does not have.
 */
export function codesOf(kind: ChainKind, words: readonly string[]): number[] {
  const known = PROCEED_CODES[kind];
  const codes = words.map((word) => {
    const code = known[word.toLowerCase()];
    if (code !== undefined && Object.hasOwn(known, word.toLowerCase())) return code;
    throw usageError(
      `Unknown ${kind.toUpperCase()} action "${word}" in --proceed-on: the actions are ` +
        Object.keys(known).join(", "),
    );
  });
  return [...new Set(codes)].sort((a, b) => a - b);
}

/** The word of a code; the number itself for a code without one. */
export function wordOf(kind: ChainKind, code: number): string {
  const found = Object.entries(PROCEED_CODES[kind]).find(([, known]) => known === code);
  return found?.[0] ?? String(code);
}

/** Bit of a code in the masks of dispatchers: TC codes begin at -1, and 30 is its last bit too. */
function bitOf(kind: ChainKind, code: number): number {
  return kind === "xdp" ? code : code + 1;
}

/**
 * Codes as the mask of a dispatcher's configuration, as an unsigned number of 32 bits.
 *
 * @param kind Kind of the chain.
 * @param codes Return codes.
 */
export function maskOf(kind: ChainKind, codes: readonly number[]): number {
  return codes.reduce((mask, code) => (mask | (1 << bitOf(kind, code))) >>> 0, 0);
}
