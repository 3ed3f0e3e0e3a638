/**
 * What arithmetic does to what is known.
 *
 * @module
 */
import { type Code, field, InsnClass } from "../insn/insn.ts";
import { type Operands, operate32, operate64, type Pair } from "./int64.ts";
import { Known, type State } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

/** The bound of 32-bit numbers of which nothing is known: all bits. */
export const ANY = -1;
const LARGEST = 0xffffffff;
const MOVE = 0xb0;
const NEGATE = 0x80;
const SWAP = 0xd0;

const operands: Operands & { isSigned: boolean } = {
  aLo: 0,
  aHi: 0,
  bLo: 0,
  bHi: 0,
  isSigned: false,
};
const result: Pair = { lo: 0, hi: 0 };

/** Extends the sign of a known number from one of its bits. */
export function signExtend(
  { registers }: State,
  dst: number,
  { bits, is64 }: { readonly bits: number; readonly is64: boolean },
): void {
  const lo = field(registers.lo, dst);
  const extended = bits >= 32 ? lo : lo << 32 - bits >> 32 - bits;
  registers.set(dst, Known.NUMBER, extended, is64 ? extended >> 31 : 0);
}

function move(state: State, code: Code, at: number, is64: boolean): void {
  const { registers } = state;
  const dst = field(code.dst, at);
  const offset = field(code.offset, at);
  if ((field(code.opcode, at) & 8) === 0) {
    const imm = field(code.imm, at);
    registers.set(dst, Known.NUMBER, imm, is64 ? imm >> 31 : 0);
    return;
  }
  const src = field(code.src, at);
  const known = field(registers.known, src);
  if (is64 && offset === 0) {
    registers.set(dst, known, field(registers.lo, src), field(registers.hi, src));
  } else if (known !== Known.NUMBER) {
    const isShort = !is64 && offset === 0;
    if (!isShort) registers.forget(dst);
    else if (known === Known.SHORT) registers.copy32(dst, src);
    else registers.set(dst, Known.SHORT, ANY, 0);
  } else {
    registers.set(dst, Known.NUMBER, field(registers.lo, src), 0);
    if (offset === 1) registers.forget(dst);
    else if (offset !== 0) signExtend(state, dst, { bits: offset, is64 });
  }
}

/** Adds a number to an address, or loses track of it. */
function movePointer(state: State, dst: number, operation: number, by: number | undefined): void {
  const { registers } = state;
  const known = field(registers.known, dst);
  const isSum = operation === 0x00 || operation === 0x10;
  if (by !== undefined && isSum && known !== Known.STACK_SOMEWHERE) {
    const lo = field(registers.lo, dst) + (operation === 0 ? by : -by) | 0;
    registers.set(dst, known, lo, field(registers.hi, dst));
    return;
  }
  // an address that moved by an unknown distance is still in its stack
  if (known === Known.DATA) registers.forget(dst);
  else registers.set(dst, Known.STACK_SOMEWHERE, 0, field(registers.hi, dst));
}

/** True for addresses that are followed. */
export function isAddress(known: number): boolean {
  return known === Known.STACK || known === Known.DATA || known === Known.STACK_SOMEWHERE;
}

/** Loads the second operand; false when it is not a known number. */
function loadOperand(state: State, code: Code, at: number): boolean {
  const { registers } = state;
  if ((field(code.opcode, at) & 8) === 0) {
    operands.bLo = field(code.imm, at);
    operands.bHi = operands.bLo >> 31;
    return true;
  }
  const src = field(code.src, at);
  operands.bLo = field(registers.lo, src);
  operands.bHi = field(registers.hi, src);
  return registers.known[src] === Known.NUMBER;
}

/** Results that do not depend on the first operand: `x & 0` and `x * 0`. */
function isZero(operation: number, isKnown: boolean): boolean {
  const absorbs = operation === 0x50 || operation === 0x20;
  return absorbs && isKnown && operands.bLo === 0 && operands.bHi === 0;
}

/** Bounds of a short number after an operation with a known number; undefined without any. */
function boundsAfter(
  operation: number,
  bounds: { readonly least: number; readonly most: number },
  is64: boolean,
): typeof bounds | undefined {
  const { bLo, bHi } = operands;
  const { least, most } = bounds;
  const isSmall = !is64 || bHi === 0;
  switch (operation) {
    case 0x00: {
      const by = bLo >>> 0;
      return isSmall && most + by <= LARGEST ? { least: least + by, most: most + by } : undefined;
    }
    case 0x50:
      return { least: 0, most: isSmall ? Math.min(most, bLo >>> 0) : most };
    case 0x70: {
      const divisor = 2 ** (bLo & (is64 ? 63 : 31));
      return { least: Math.floor(least / divisor), most: Math.floor(most / divisor) };
    }
  }
  return undefined;
}

/** What is left of a number that is not known, after an operation. */
function unknownAfter(state: State, code: Code, at: number, isKnown: boolean): void {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const is64 = (opcode & 7) === InsnClass.ALU64;
  const operation = opcode & 0xf0;
  const dst = field(code.dst, at);
  const known = field(registers.known, dst);
  let bounds: ReturnType<typeof boundsAfter>;
  if (isKnown && known === Known.SHORT) {
    const [least, most] = [field(registers.hi, dst) >>> 0, field(registers.lo, dst) >>> 0];
    bounds = boundsAfter(operation, { least, most }, is64);
  } else if (isKnown && operation === 0x50 && (!is64 || operands.bHi === 0)) {
    bounds = { least: 0, most: operands.bLo >>> 0 };
  } else if (isKnown && operation === 0x70 && is64 && operands.bLo >= 32) {
    bounds = { least: 0, most: 2 ** (64 - (operands.bLo & 63)) - 1 };
  }
  if (bounds !== undefined) {
    return registers.set(dst, Known.SHORT, bounds.most | 0, bounds.least | 0);
  }
  if (is64) registers.forget(dst);
  else registers.set(dst, Known.SHORT, ANY, 0);
}

/** Arithmetic and moves. */
export function arithmetic(state: State, around: Surroundings, at: number): void {
  const { code, rules } = around;
  const opcode = field(code.opcode, at);
  const is64 = (opcode & 7) === InsnClass.ALU64;
  const operation = opcode & 0xf0;
  const dst = field(code.dst, at);
  const { registers } = state;
  if (operation === MOVE) return move(state, code, at, is64);
  // verifiers know nothing of swapped bytes, quotients and rests
  if (operation === SWAP || operation === 0x30 || operation === 0x90) return registers.forget(dst);
  if (operation === NEGATE && !rules.knowsNegation) return registers.forget(dst);
  const isKnown = operation === NEGATE || loadOperand(state, code, at);
  if (isZero(operation, isKnown)) return registers.set(dst, Known.NUMBER, 0, 0);
  const known = field(registers.known, dst);
  if (is64 && isAddress(known)) {
    return movePointer(state, dst, operation, isKnown ? operands.bLo : undefined);
  }
  // a number plus an address is an address
  const src = field(code.src, at);
  if (is64 && operation === 0 && (opcode & 8) !== 0 && isAddress(field(registers.known, src))) {
    const by = known === Known.NUMBER ? field(registers.lo, dst) : undefined;
    registers.set(
      dst,
      field(registers.known, src),
      field(registers.lo, src),
      field(registers.hi, src),
    );
    return movePointer(state, dst, operation, by);
  }
  if (!isKnown || known !== Known.NUMBER) {
    return unknownAfter(state, code, at, isKnown);
  }
  calculate(state, code, at);
}

/** Arithmetic on two known numbers. */
function calculate(state: State, code: Code, at: number): void {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const is64 = (opcode & 7) === InsnClass.ALU64;
  const dst = field(code.dst, at);
  let operation = opcode & 0xf0;
  operands.aLo = field(registers.lo, dst);
  operands.aHi = field(registers.hi, dst);
  operands.isSigned = code.offset[at] === 1;
  if (operation === NEGATE) {
    operands.bLo = operands.aLo;
    operands.bHi = operands.aHi;
    operands.aLo = 0;
    operands.aHi = 0;
    operation = 0x10;
  }
  if (is64) {
    if (operate64(operation, operands, result)) {
      return registers.set(dst, Known.NUMBER, result.lo, result.hi);
    }
    return registers.forget(dst);
  }
  const { bLo: value, isSigned } = operands;
  const lo = operate32(operation, operands.aLo, { value, isSigned });
  registers.set(dst, lo === undefined ? Known.SHORT : Known.NUMBER, lo ?? ANY, 0);
}
