/**
 * Branches: whether what is known decides them, and what each side of an open one teaches.
 *
 * @module
 */
import { type Code, field, InsnClass, Opcode } from "./insn.ts";
import { holds, type Operands } from "./int64.ts";
import { Known, type State } from "./reach_state.ts";

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

/** Comparisons of a number from zero to `most` with one that is not negative. */
function byBound(operation: number, most: number, other: number): boolean | undefined {
  switch (operation) {
    case EQUAL:
      return other > most ? false : undefined;
    case NOT_EQUAL:
      return other > most ? true : undefined;
    case ABOVE:
    case SIGNED_ABOVE:
      return most <= other ? false : undefined;
    case NOT_BELOW:
    case SIGNED_NOT_BELOW:
      return most < other ? false : undefined;
    case BELOW:
    case SIGNED_BELOW:
      return most < other ? true : undefined;
    case NOT_ABOVE:
    case SIGNED_NOT_ABOVE:
      return most <= other ? true : undefined;
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

/** What the bound of a short number says. */
function decideShort(operation: number, most: number, is32: boolean): boolean | undefined {
  // as a signed 32-bit number, one beyond the middle is negative
  if (is32 && most > 0x7fffffff) return againstSmall(operation);
  if (operands.bHi < 0) return againstNegative(operation);
  if (operands.bHi > 0) return byBound(operation, most, Infinity);
  return byBound(operation, most, operands.bLo >>> 0);
}

function againstSmall(operation: number): boolean | undefined {
  return operands.bLo === 0 ? againstZero(operation, false) : undefined;
}

/**
 * Whether a conditional jump is taken.
 *
 * @returns Undefined when both may be.
 */
export function decideBranch(state: State, code: Code, at: number): boolean | undefined {
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
      return decideShort(operation, field(registers.lo, dst) >>> 0, is32);
  }
  if (operands.bLo !== 0 || operands.bHi !== 0) return undefined;
  return againstZero(operation, registers.known[dst] === Known.DATA);
}

/** The largest number for which a comparison with `other` has the given outcome. */
function largest(operation: number, other: number, isTaken: boolean): number | undefined {
  switch (operation) {
    case ABOVE:
      return isTaken ? undefined : other;
    case NOT_BELOW:
      return isTaken ? undefined : other - 1;
    case BELOW:
      return isTaken ? other - 1 : undefined;
    case NOT_ABOVE:
      return isTaken ? other : undefined;
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
  const most = largest(operation, operands.bLo >>> 0, isTaken);
  if (most === undefined || most < 0) return;
  const before = isShort ? field(registers.lo, dst) >>> 0 : Infinity;
  if (most < before) registers.set(dst, Known.SHORT, most | 0, 0);
}
