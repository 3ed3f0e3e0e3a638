/**
 * Branches: whether what is known decides them, and what each side of an open one teaches.
 *
 * @module
 */
import { type Code, field, InsnClass, Opcode } from "../insn/insn.ts";
import { holds, type Operands } from "./int64.ts";
import { Known, type State } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

const EQUAL = 0x10;
const ABOVE = 0x20;
const NOT_BELOW = 0x30;
const NOT_EQUAL = 0x50;
const SIGNED_ABOVE = 0x60;
const SIGNED_NOT_BELOW = 0x70;
const BELOW = 0xa0;
const NOT_ABOVE = 0xb0;
const SIGNED_BELOW = 0xc0;
const SIGNED_NOT_ABOVE = 0xd0;

const LARGEST = 0xffffffff;
const operands: Operands = { aLo: 0, aHi: 0, bLo: 0, bHi: 0 };

/** Loads the number that a branch compares with; false when it is not known. */
function loadOther(state: State, code: Code, at: number): boolean {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const src = field(code.src, at);
  const usesRegister = (opcode & 8) !== 0;
  operands.bLo = usesRegister ? field(registers.lo, src) : field(code.imm, at);
  operands.bHi = usesRegister ? field(registers.hi, src) : operands.bLo >> 31;
  if ((opcode & 7) === InsnClass.JMP32) operands.bHi = operands.bLo >> 31;
  return !usesRegister || registers.known[src] === Known.NUMBER;
}

/** Comparisons with zero that need no number: nothing is below it, and an address is not it. */
function againstZero(operation: number, isAddress: boolean): boolean | undefined {
  if (operation === BELOW) return false;
  if (operation === NOT_BELOW) return true;
  if (!isAddress) return undefined;
  if (operation === EQUAL) return false;
  return operation === NOT_EQUAL ? true : undefined;
}

/** What is known of a short number. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** True, false, or undefined, by two tests of which at most one holds. */
function either(isTrue: boolean, isFalse: boolean): boolean | undefined {
  if (isTrue) return true;
  return isFalse ? false : undefined;
}

/** Comparisons of a number within bounds with one that is not negative. */
function byBounds(operation: number, bounds: Bounds, other: number): boolean | undefined {
  const { least, most } = bounds;
  switch (operation) {
    case EQUAL:
      return either(least === other && most === other, other > most || other < least);
    case NOT_EQUAL:
      return either(other > most || other < least, least === other && most === other);
    case ABOVE:
    case SIGNED_ABOVE:
      return either(least > other, most <= other);
    case NOT_BELOW:
    case SIGNED_NOT_BELOW:
      return either(least >= other, most < other);
    case BELOW:
    case SIGNED_BELOW:
      return either(most < other, least >= other);
    case NOT_ABOVE:
    case SIGNED_NOT_ABOVE:
      return either(most <= other, least > other);
  }
  return undefined;
}

/** Comparisons of a number from zero to `most` with a negative one. */
function againstNegative(operation: number): boolean | undefined {
  switch (operation) {
    case SIGNED_ABOVE:
    case SIGNED_NOT_BELOW:
    case NOT_EQUAL:
    case BELOW:
    case NOT_ABOVE:
      return true;
    case SIGNED_BELOW:
    case SIGNED_NOT_ABOVE:
    case EQUAL:
    case ABOVE:
    case NOT_BELOW:
      return false;
  }
  return undefined;
}

const UNSIGNED: ReadonlySet<number> = new Set([
  EQUAL,
  NOT_EQUAL,
  ABOVE,
  NOT_BELOW,
  BELOW,
  NOT_ABOVE,
]);

/** What the bounds of a short number say. */
function decideShort(operation: number, bounds: Bounds, is32: boolean): boolean | undefined {
  // a signed 32-bit number beyond the middle is negative
  if (is32 && bounds.most > 0x7fffffff && !UNSIGNED.has(operation)) return undefined;
  if (is32) {
    if (operands.bLo < 0 && !UNSIGNED.has(operation)) return againstNegative(operation);
    return byBounds(operation, bounds, operands.bLo >>> 0);
  }
  if (operands.bHi < 0) return againstNegative(operation);
  return byBounds(operation, bounds, operands.bHi > 0 ? Infinity : operands.bLo >>> 0);
}

function boundsOf({ registers }: State, register: number): Bounds {
  return { least: field(registers.hi, register) >>> 0, most: field(registers.lo, register) >>> 0 };
}

/**
 * Whether a conditional jump is taken.
 *
 * @returns Undefined when both may be.
 */
export function decideBranch(
  state: State,
  { code, rules }: Surroundings,
  at: number,
): boolean | undefined {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const operation = opcode & 0xf0;
  const dst = field(code.dst, at);
  if (!loadOther(state, code, at)) return undefined;
  const is32 = (opcode & 7) === InsnClass.JMP32;
  switch (registers.known[dst]) {
    case Known.NUMBER:
      operands.aLo = field(registers.lo, dst);
      operands.aHi = is32 ? operands.aLo >> 31 : field(registers.hi, dst);
      return holds(operation, operands);
    case Known.SHORT:
      if ((operation === EQUAL || operation === NOT_EQUAL) && !rules.comparesBounds) {
        return undefined;
      }
      return decideShort(operation, boundsOf(state, dst), is32);
  }
  if (operands.bLo !== 0 || operands.bHi !== 0) return undefined;
  return againstZero(operation, registers.known[dst] === Known.DATA);
}

/** Bounds of the numbers for which a comparison with `other` has the given outcome. */
function boundsWhen(operation: number, other: number, isTaken: boolean): Bounds | undefined {
  switch (operation) {
    case ABOVE:
      return isTaken ? { least: other + 1, most: Infinity } : { least: 0, most: other };
    case NOT_BELOW:
      return isTaken ? { least: other, most: Infinity } : { least: 0, most: other - 1 };
    case BELOW:
      return isTaken ? { least: 0, most: other - 1 } : { least: other, most: Infinity };
    case NOT_ABOVE:
      return isTaken ? { least: 0, most: other } : { least: other + 1, most: Infinity };
  }
  return undefined;
}

/**
 * Adds what one side of an open branch teaches about its register.
 *
 * @param isTaken The side.
 */
export function learnFromBranch(
  state: State,
  code: Code,
  side: { readonly at: number; readonly isTaken: boolean },
): void {
  const { at, isTaken } = side;
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const dst = field(code.dst, at);
  if (opcode === Opcode.JCOND || !loadOther(state, code, at)) return;
  const known = field(registers.known, dst);
  const is32 = (opcode & 7) === InsnClass.JMP32;
  const isShort = known === Known.SHORT;
  if (!isShort && (known !== Known.NOTHING || is32)) return;
  const operation = opcode & 0xf0;
  if (operation === (isTaken ? EQUAL : NOT_EQUAL)) {
    registers.set(dst, Known.NUMBER, operands.bLo, is32 ? 0 : operands.bHi);
    return;
  }
  if (operands.bHi !== 0 && !is32) return;
  const taught = boundsWhen(operation, operands.bLo >>> 0, isTaken);
  if (taught === undefined) return;
  const before = isShort ? boundsOf(state, dst) : { least: 0, most: Infinity };
  const least = Math.max(before.least, taught.least);
  const most = Math.min(before.most, taught.most);
  if (most <= LARGEST && least <= most) registers.set(dst, Known.SHORT, most | 0, least | 0);
}
