/**
 * What instructions other than jumps do to what is known.
 *
 * @module
 */
import { type Code, field, InsnClass, LoadKind } from "./insn.ts";
import { type Operands, operate32, operate64, type Pair } from "./int64.ts";
import { Known, type Slot, type State } from "./reach_state.ts";

/** What the pass knows beside the code. */
export interface Surroundings {
  readonly code: Code;
  /** Map behind a 64-bit load of a variable's address, by instruction. */
  readonly maps: ReadonlyMap<number, number>;
  /** Values of the maps that never change, by place in the list of maps. */
  readonly constants: ReadonlyMap<number, Uint8Array>;
  readonly isLittleEndian: boolean;
}

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

function signExtend(state: State, dst: number, bits: number, is64: boolean): void {
  const { registers } = state;
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
    registers.set(dst, !is64 && offset === 0 ? Known.SHORT : Known.NOTHING, 0, 0);
  } else {
    registers.set(dst, Known.NUMBER, field(registers.lo, src), 0);
    if (offset === 1) registers.forget(dst);
    else if (offset !== 0) signExtend(state, dst, offset, is64);
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

function isAddress(known: number): boolean {
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

/** Results that do not depend on the first operand: `x & 0`, `x * 0`, `x ^ x`. */
function isZero(code: Code, at: number, operation: number, isKnown: boolean): boolean {
  if (operation === 0xa0) {
    return (field(code.opcode, at) & 8) !== 0 && code.src[at] === code.dst[at];
  }
  const absorbs = operation === 0x50 || operation === 0x20;
  return absorbs && isKnown && operands.bLo === 0 && operands.bHi === 0;
}

function swapBytes(state: State, code: Code, at: number): void {
  // byte swaps of known numbers do not guard anything: only the width is kept
  const dst = field(code.dst, at);
  const isShort = code.imm[at] !== 64;
  state.registers.set(dst, isShort ? Known.SHORT : Known.NOTHING, 0, 0);
}

/** Arithmetic and moves. */
export function arithmetic(state: State, code: Code, at: number): void {
  const opcode = field(code.opcode, at);
  const is64 = (opcode & 7) === InsnClass.ALU64;
  const operation = opcode & 0xf0;
  const dst = field(code.dst, at);
  const { registers } = state;
  if (operation === MOVE) return move(state, code, at, is64);
  if (operation === SWAP) return swapBytes(state, code, at);
  const isKnown = operation === NEGATE || loadOperand(state, code, at);
  if (isZero(code, at, operation, isKnown)) return registers.set(dst, Known.NUMBER, 0, 0);
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
    return registers.set(dst, is64 ? Known.NOTHING : Known.SHORT, 0, 0);
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
  registers.set(dst, lo === undefined ? Known.SHORT : Known.NUMBER, lo ?? 0, 0);
}

/** A 64-bit load of a number or an address. */
export function load64(state: State, around: Surroundings, at: number): void {
  const { code } = around;
  const dst = field(code.dst, at);
  const map = around.maps.get(at);
  if (map !== undefined && code.src[at] === LoadKind.MAP_VALUE) {
    // libbpf puts the variable's place in the map's value into the second half
    state.registers.set(dst, Known.DATA, field(code.imm, at + 1), map);
  } else if (code.src[at] === LoadKind.NUMBER) {
    state.registers.set(dst, Known.NUMBER, field(code.imm, at), field(code.imm, at + 1));
  } else state.registers.forget(dst);
}

const SIZES: Readonly<Record<number, number>> = { 0x00: 4, 0x08: 2, 0x10: 1, 0x18: 8 };

/** Bytes that a load or store moves. */
export function accessSize(opcode: number): number {
  return SIZES[opcode & 0x18] ?? 8;
}

function constantAt(
  around: Surroundings,
  map: number,
  place: { readonly offset: number; readonly size: number },
): Slot | undefined {
  const bytes = around.constants.get(map);
  const { offset, size } = place;
  if (bytes === undefined || offset < 0 || offset + size > bytes.length) return undefined;
  const half: [number, number] = [0, 0];
  for (let n = 0; n < size; n++) {
    const byte = bytes[offset + (around.isLittleEndian ? n : size - 1 - n)] ?? 0;
    const which = n < 4 ? 0 : 1;
    half[which] |= byte << (n & 3) * 8;
  }
  return { known: Known.NUMBER, lo: half[0], hi: half[1], size };
}

/** A load from memory. */
export function load(state: State, around: Surroundings, at: number): void {
  const { code } = around;
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const size = accessSize(opcode);
  const src = field(code.src, at);
  const dst = field(code.dst, at);
  const isSigned = (opcode & 0xe0) === 0x80;
  const offset = field(registers.lo, src) + field(code.offset, at);
  let slot: Slot | undefined;
  if (registers.known[src] === Known.DATA) {
    slot = constantAt(around, field(registers.hi, src), { offset, size });
  } else if (registers.known[src] === Known.STACK) {
    slot = state.stackOf(field(registers.hi, src))?.get(offset);
    if (slot !== undefined && slot.size !== size) slot = undefined;
  }
  if (slot === undefined) {
    registers.set(dst, size < 8 && !isSigned ? Known.SHORT : Known.NOTHING, 0, 0);
    return;
  }
  registers.set(dst, slot.known, slot.lo, slot.hi);
  if (isSigned && slot.known === Known.NUMBER) signExtend(state, dst, size * 8, true);
}

/** Cuts a number to a size. */
function cut(lo: number, size: number): number {
  return size >= 4 ? lo : lo & (1 << size * 8) - 1;
}

/** A store to memory, atomic operations included. */
export function store(state: State, code: Code, at: number): void {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const dst = field(code.dst, at);
  const src = field(code.src, at);
  const known = field(registers.known, dst);
  const size = accessSize(opcode);
  const isAtomic = (opcode & 0xe0) === 0xc0;
  if (known === Known.STACK_SOMEWHERE) state.clear(field(registers.hi, dst), -Infinity, Infinity);
  if (known === Known.STACK) {
    const frame = field(registers.hi, dst);
    const offset = field(registers.lo, dst) + field(code.offset, at);
    state.clear(frame, offset, offset + size);
    const slot = isAtomic ? undefined : storedSlot(state, code, at);
    if (slot !== undefined) state.stackOf(frame)?.set(offset, slot);
  }
  if (!isAtomic) return;
  const operation = field(code.imm, at);
  if (operation === 0xf1) registers.forget(0);
  else if (operation === 0x100) registers.forget(dst);
  else if ((operation & 1) !== 0) registers.forget(src);
}

function storedSlot(state: State, code: Code, at: number): Slot | undefined {
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const size = accessSize(opcode);
  if ((opcode & 7) === InsnClass.ST) {
    const imm = field(code.imm, at);
    return { known: Known.NUMBER, lo: cut(imm, size), hi: size === 8 ? imm >> 31 : 0, size };
  }
  const src = field(code.src, at);
  const known = field(registers.known, src);
  const lo = field(registers.lo, src);
  const hi = field(registers.hi, src);
  if (known === Known.NUMBER) {
    return { known, lo: cut(lo, size), hi: size === 8 ? hi : 0, size };
  }
  return isAddress(known) && size === 8 ? { known, lo, hi, size } : undefined;
}
