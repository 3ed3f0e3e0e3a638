/**
 * The verdict matrix: chains of several lengths and proceed-on sets, and what their members return.
 * What must come of each is computed by the model alone.
 *
 * @module
 */
import { type ChainKind, DEFAULT_PROCEED_ON, PROCEED_CODES } from "../../core/chain/proceed_on.ts";
import { type ChainVerdict, chainVerdict } from "../../core/chain/verdict.ts";
import { IS_EMULATED } from "./emulated.ts";

/** Lengths of the chains; in software emulation, where all is slow, two must do. */
export const LENGTHS: readonly number[] = IS_EMULATED ? [2, 10] : [1, 2, 3, 5, 10];

/** A chain whose members return what the case says. */
export interface Shape {
  readonly name: string;
  /** Proceed-on set of each member, in the order in which they run. */
  readonly proceedOn: readonly (readonly number[])[];
}

/** What the members of a shape return, and what must come of it. */
export interface MatrixCase {
  readonly returns: readonly number[];
  readonly expected: ChainVerdict;
}

/** Return codes that have no name: nobody can proceed on them, and masks must not fold them. */
const NAMELESS: Readonly<Record<ChainKind, readonly number[]>> = {
  xdp: [5, 30, 33, 34, 63, 255, -1],
  tc: [9, 29, 31, 32, 34, 62, -2],
};

/** Every named code of a kind. */
export function namedCodes(kind: ChainKind): number[] {
  return Object.values(PROCEED_CODES[kind]);
}

/** Proceed-on sets by name: for position `at` of a chain. */
function setsOf(kind: ChainKind): Readonly<Record<string, (at: number) => readonly number[]>> {
  const all = namedCodes(kind);
  const stopsPackets = kind === "xdp" ? [0, 1] : [2, 4];
  return {
    default: () => DEFAULT_PROCEED_ON[kind],
    all: () => all,
    "what stops packets": () => stopsPackets,
    // each member another code, so that a mask in the wrong place shows
    mixed: (at) => [all[at % all.length] ?? 0, all[(at + 3) % all.length] ?? 0],
  };
}

/** All chains of the given lengths. */
export function shapesOf(kind: ChainKind, lengths: readonly number[]): Shape[] {
  return lengths.flatMap((length) =>
    Object.entries(setsOf(kind)).map(([name, setAt]) => ({
      name: `${length} members, proceed on ${name}`,
      proceedOn: Array.from({ length }, (_, at) => setAt(at).toSorted((a, b) => a - b)),
    }))
  );
}

/** A code that the set does not have, another one for each position. */
function stopper(kind: ChainKind, proceedOn: readonly number[], at: number): number {
  const others = namedCodes(kind).filter((code) => !proceedOn.includes(code));
  return others[at % others.length] ?? NAMELESS[kind][at % NAMELESS[kind].length] ?? 0;
}

/**
 * The cases of a shape: at each position every code once, the members before it handing the packet
 * on, those behind it ending the chain with codes of their own.
 */
export function casesOf(kind: ChainKind, { proceedOn }: Shape): MatrixCase[] {
  const codes = [...namedCodes(kind), ...NAMELESS[kind]];
  return proceedOn.flatMap((_, position) =>
    codes.map((code) => {
      const returns = proceedOn.map((set, at) => {
        if (at === position) return code;
        return at < position ? set[(position + at) % set.length] ?? 0 : stopper(kind, set, at);
      });
      const runs = proceedOn.map((set, at) => ({ proceedOn: set, returns: returns[at] ?? 0 }));
      return { returns, expected: chainVerdict(kind, runs) };
    })
  );
}
