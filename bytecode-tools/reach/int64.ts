/**
 * Arithmetic of 64-bit numbers as pairs of 32-bit halves: a pass over a million instructions must
 * not make a bigint for each.
 *
 * @module
 */

/** Result of the last operation. */
export interface Pair {
  lo: number;
  hi: number;
}

/** Operands: low and high half of each. */
export interface Operands {
  aLo: number;
  aHi: number;
  bLo: number;
  bHi: number;
}

function toBig(lo: number, hi: number): bigint {
  return BigInt(hi) << 32n | BigInt(lo >>> 0);
}

function fromBig(value: bigint, out: Pair): void {
  out.lo = Number(BigInt.asIntN(32, value));
  out.hi = Number(BigInt.asIntN(32, value >> 32n));
}

function add(operands: Operands, out: Pair): void {
  const lo = operands.aLo + operands.bLo | 0;
  const carry = lo >>> 0 < operands.aLo >>> 0 ? 1 : 0;
  out.hi = operands.aHi + operands.bHi + carry | 0;
  out.lo = lo;
}

function subtract(operands: Operands, out: Pair): void {
  const borrow = operands.aLo >>> 0 < operands.bLo >>> 0 ? 1 : 0;
  out.lo = operands.aLo - operands.bLo | 0;
  out.hi = operands.aHi - operands.bHi - borrow | 0;
}

function shiftLeft({ aLo, aHi }: Operands, by: number, out: Pair): void {
  if (by === 0) {
    out.lo = aLo;
    out.hi = aHi;
  } else if (by >= 32) {
    out.lo = 0;
    out.hi = aLo << by - 32;
  } else {
    out.hi = aHi << by | aLo >>> 32 - by;
    out.lo = aLo << by;
  }
}

function shiftRight({ aLo, aHi }: Operands, by: number, out: Pair): void {
  if (by === 0) {
    out.lo = aLo;
    out.hi = aHi;
  } else if (by >= 32) {
    out.lo = aHi >>> by - 32 | 0;
    out.hi = 0;
  } else {
    out.lo = aLo >>> by | aHi << 32 - by;
    out.hi = aHi >>> by | 0;
  }
}

function shiftArithmetic({ aLo, aHi }: Operands, by: number, out: Pair): void {
  if (by === 0) {
    out.lo = aLo;
    out.hi = aHi;
  } else if (by >= 32) {
    out.lo = aHi >> by - 32;
    out.hi = aHi >> 31;
  } else {
    out.lo = aLo >>> by | aHi << 32 - by;
    out.hi = aHi >> by;
  }
}

function combineBits(operation: number, operands: Operands, out: Pair): void {
  const { aLo, aHi, bLo, bHi } = operands;
  const isOr = operation === 0x40;
  const isAnd = operation === 0x50;
  out.lo = isOr ? aLo | bLo : isAnd ? aLo & bLo : aLo ^ bLo;
  out.hi = isOr ? aHi | bHi : isAnd ? aHi & bHi : aHi ^ bHi;
}

/** Multiplication and division: rare, so bigints do them. */
function slow(operation: number, operands: Operands, isSigned: boolean, out: Pair): void {
  const signedA = toBig(operands.aLo, operands.aHi);
  const signedB = toBig(operands.bLo, operands.bHi);
  const a = isSigned ? signedA : BigInt.asUintN(64, signedA);
  const b = isSigned ? signedB : BigInt.asUintN(64, signedB);
  if (operation === 0x20) fromBig(a * b, out);
  // RFC 9669: division by zero gives zero, its rest is the number itself
  else if (operation === 0x30) fromBig(b === 0n ? 0n : a / b, out);
  else fromBig(b === 0n ? a : a % b, out);
}

/**
 * A 64-bit operation of the instruction set.
 *
 * @param operation High four bits of the opcode; moves, negation and byte swaps are not here.
 * @param operands Both numbers; `isSigned` for signed division.
 * @param out Takes the result.
 * @returns False for operations that are not known.
 */
export function operate64(
  operation: number,
  operands: Operands & { isSigned: boolean },
  out: Pair,
): boolean {
  switch (operation) {
    case 0x00:
      add(operands, out);
      return true;
    case 0x10:
      subtract(operands, out);
      return true;
    case 0x40:
    case 0x50:
    case 0xa0:
      combineBits(operation, operands, out);
      return true;
    case 0x60:
      shiftLeft(operands, operands.bLo & 63, out);
      return true;
    case 0x70:
      shiftRight(operands, operands.bLo & 63, out);
      return true;
    case 0xc0:
      shiftArithmetic(operands, operands.bLo & 63, out);
      return true;
    case 0x20:
    case 0x30:
    case 0x90:
      slow(operation, operands, operands.isSigned, out);
      return true;
  }
  return false;
}

function divide32(a: number, b: number, isSigned: boolean): number {
  if (b === 0) return 0;
  return isSigned ? a / b | 0 : (a >>> 0) / (b >>> 0) | 0;
}

function rest32(a: number, b: number, isSigned: boolean): number {
  if (b === 0) return a;
  return isSigned ? a % b | 0 : (a >>> 0) % (b >>> 0) | 0;
}

/** A 32-bit operation; undefined for operations that are not known. */
export function operate32(
  operation: number,
  a: number,
  operand: { readonly value: number; readonly isSigned: boolean },
): number | undefined {
  const { value: b, isSigned } = operand;
  switch (operation) {
    case 0x00:
      return a + b | 0;
    case 0x10:
      return a - b | 0;
    case 0x20:
      return Math.imul(a, b);
    case 0x30:
      return divide32(a, b, isSigned);
    case 0x40:
      return a | b;
    case 0x50:
      return a & b;
    case 0x60:
      return a << (b & 31);
    case 0x70:
      return a >>> (b & 31) | 0;
    case 0x90:
      return rest32(a, b, isSigned);
    case 0xa0:
      return a ^ b;
    case 0xc0:
      return a >> (b & 31);
  }
  return undefined;
}

/** -1, 0 or 1 as the first number is less, equal or greater. */
function compare(operands: Operands, isSigned: boolean): number {
  const { aLo, aHi, bLo, bHi } = operands;
  if (aHi !== bHi) {
    const isLess = isSigned ? aHi < bHi : aHi >>> 0 < bHi >>> 0;
    return isLess ? -1 : 1;
  }
  if (aLo === bLo) return 0;
  return aLo >>> 0 < bLo >>> 0 ? -1 : 1;
}

/**
 * Whether a condition holds for two known numbers.
 *
 * @param operation High four bits of the jump's opcode.
 * @param operands Both numbers; for 32-bit jumps with the high halves as their signs say.
 */
export function holds(operation: number, operands: Operands): boolean | undefined {
  const unsigned = compare(operands, false);
  const signed = compare(operands, true);
  switch (operation) {
    case 0x10:
      return unsigned === 0;
    case 0x50:
      return unsigned !== 0;
    case 0x20:
      return unsigned > 0;
    case 0x30:
      return unsigned >= 0;
    case 0xa0:
      return unsigned < 0;
    case 0xb0:
      return unsigned <= 0;
    case 0x60:
      return signed > 0;
    case 0x70:
      return signed >= 0;
    case 0xc0:
      return signed < 0;
    case 0xd0:
      return signed <= 0;
    case 0x40:
      return (operands.aLo & operands.bLo) !== 0 || (operands.aHi & operands.bHi) !== 0;
  }
  return undefined;
}
