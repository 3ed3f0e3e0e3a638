/**
 * What loads and stores do to what is known.
 *
 * @module
 */
import { field, InsnClass, LoadKind } from "../insn/insn.ts";
import { ANY, isAddress, signExtend } from "./effects.ts";
import { readStack, type StoredValue, writeStack } from "./stack.ts";
import { Known, type Slot, type State } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

/** A 64-bit load of a number or an address. */
export function load64(state: State, around: Surroundings, at: number): void {
  const { code } = around;
  const dst = field(code.dst, at);
  const map = around.maps.get(at);
  if (map !== undefined && code.src[at] === LoadKind.MAP_VALUE) {
    // libbpf puts the variable's place in the map's value into the second half
    state.registers.set(dst, Known.DATA, field(code.imm, at + 1), map);
  } else if (map !== undefined && code.src[at] === LoadKind.MAP_FD) {
    state.registers.set(dst, Known.MAP, 0, map);
  } else if (code.src[at] === LoadKind.NUMBER) {
    state.registers.set(dst, Known.NUMBER, field(code.imm, at), field(code.imm, at + 1));
  } else state.registers.forget(dst);
}

const SIZES: Readonly<Record<number, number>> = { 0x00: 4, 0x08: 2, 0x10: 1, 0x18: 8 };

/** Bytes that a load or store moves. */
function accessSize(opcode: number): number {
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
    slot = readStack(state, around, { frame: field(registers.hi, src), offset, size });
  }
  if (slot === undefined) {
    if (size === 8 || isSigned) registers.forget(dst);
    else registers.set(dst, Known.SHORT, size === 4 ? ANY : 2 ** (size * 8) - 1, 0);
    return;
  }
  registers.set(dst, slot.known, slot.lo, slot.hi);
  if (!isSigned) return;
  if (slot.known === Known.NUMBER) signExtend(state, dst, { bits: size * 8, is64: true });
  else registers.forget(dst);
}

/** A store to memory, atomic operations included. */
export function store(state: State, around: Surroundings, at: number): void {
  const { code } = around;
  const { registers } = state;
  const opcode = field(code.opcode, at);
  const dst = field(code.dst, at);
  const src = field(code.src, at);
  const known = field(registers.known, dst);
  const isAtomic = (opcode & 0xe0) === 0xc0;
  if (known === Known.STACK_SOMEWHERE) state.clear(field(registers.hi, dst), -Infinity, Infinity);
  if (known === Known.STACK) {
    const offset = field(registers.lo, dst) + field(code.offset, at);
    const place = { frame: field(registers.hi, dst), offset, size: accessSize(opcode) };
    writeStack(state, place, isAtomic ? undefined : storedValue(state, around, at));
  }
  if (!isAtomic) return;
  const operation = field(code.imm, at);
  if (operation === 0xf1) registers.forget(0);
  else if (operation === 0x100) registers.forget(dst);
  else if ((operation & 1) !== 0) registers.forget(src);
}

/** What a store puts into memory; undefined when it is not known. */
function storedValue(state: State, around: Surroundings, at: number): StoredValue | undefined {
  const { code, rules } = around;
  const { registers } = state;
  if ((field(code.opcode, at) & 7) === InsnClass.ST) {
    const lo = field(code.imm, at);
    if (lo !== 0 && !rules.keepsImmediates) return undefined;
    return { known: Known.NUMBER, lo, hi: lo >> 31 };
  }
  const src = field(code.src, at);
  const known = field(registers.known, src);
  const isNumber = known === Known.NUMBER || known === Known.SHORT;
  const isKept = isNumber || known === Known.MAP || isAddress(known);
  return isKept ? { known, lo: field(registers.lo, src), hi: field(registers.hi, src) } : undefined;
}
