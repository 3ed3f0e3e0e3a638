/**
 * Which bit patterns are instructions: opcode known, reserved fields empty, registers existing.
 * Up to the instruction set of Linux 6.19 (RFC 9669, and its later load-acquire, store-release,
 * may-goto, address-space casts and indirect jumps).
 *
 * @module
 */
import { CallKind, type Code, field, InsnClass, LoadKind, Opcode } from "./insn.ts";

const LAST_REGISTER = 10;
const REGISTER_SOURCE = 0x08;

interface Slot {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
}

/** What must be zero, as text; undefined when all of it is. */
function reserved(slot: Slot, ...names: readonly (keyof Slot)[]): string | undefined {
  const used = names.filter((name) => slot[name] !== 0);
  if (used.length === 0) return undefined;
  const shown = used.map((name) => `${name} ${slot[name]}`).join(", ");
  return `uses reserved fields (${shown})`;
}

function unknown(slot: Slot): string {
  return `has the unknown opcode 0x${slot.opcode.toString(16).padStart(2, "0")}`;
}

function load64Fault(code: Code, index: number, slot: Slot): string | undefined {
  if (index + 1 >= code.count) return "is a 64-bit load cut off at the end of the section";
  const rest = [code.opcode, code.dst, code.src, code.offset];
  if (rest.some((column) => field(column, index + 1) !== 0)) {
    return "is a 64-bit load whose second half uses reserved fields";
  }
  if (slot.src > LoadKind.MAP_INDEX_VALUE) {
    return `is a 64-bit load of the unknown kind ${slot.src}`;
  }
  return reserved(slot, "offset");
}

function loadFault(code: Code, index: number, slot: Slot): string | undefined {
  switch (slot.opcode) {
    case Opcode.LD_IMM64:
      return load64Fault(code, index, slot);
    case 0x20: // packet loads at an absolute place
    case 0x28:
    case 0x30:
      return reserved(slot, "dst", "src", "offset");
    case 0x40: // packet loads at a place in a register
    case 0x48:
    case 0x50:
      return reserved(slot, "dst", "offset");
    default:
      return unknown(slot);
  }
}

function loadMemoryFault(slot: Slot): string | undefined {
  const mode = slot.opcode & 0xe0;
  const isSigned = mode === 0x80 && (slot.opcode & 0x18) !== 0x18;
  return mode === 0x60 || isSigned ? reserved(slot, "imm") : unknown(slot);
}

const FETCHABLE: ReadonlySet<number> = new Set([0x00, 0x40, 0x50, 0xa0]);
const EXCHANGES: ReadonlySet<number> = new Set([0xe1, 0xf1]);
const ORDERED: ReadonlySet<number> = new Set([0x100, 0x110]);

function storeFault(slot: Slot): string | undefined {
  const mode = slot.opcode & 0xe0;
  if (mode === 0x60) {
    return (slot.opcode & 7) === InsnClass.ST ? reserved(slot, "src") : reserved(slot, "imm");
  }
  if ((slot.opcode & 7) !== InsnClass.STX || mode !== 0xc0) return unknown(slot);
  if (ORDERED.has(slot.imm)) return undefined;
  const isWord = (slot.opcode & 0x18) === 0 || (slot.opcode & 0x18) === 0x18;
  const isKnown = FETCHABLE.has(slot.imm & ~1) || EXCHANGES.has(slot.imm);
  if (isWord && isKnown) return undefined;
  return `is the unknown atomic operation 0x${(slot.imm >>> 0).toString(16)}`;
}

const DIVISION: ReadonlySet<number> = new Set([0x30, 0x90]);
const MOVE = 0xb0;
const NEGATE = 0x80;
const SWAP = 0xd0;

function moveFault(slot: Slot, is64: boolean): string | undefined {
  if ((slot.opcode & REGISTER_SOURCE) === 0) return reserved(slot, "src", "offset");
  // offset 1 casts between address spaces, which imm names
  if (is64 && slot.offset === 1) return undefined;
  const widths = is64 ? [0, 8, 16, 32] : [0, 8, 16];
  if (!widths.includes(slot.offset)) return `extends a sign from bit ${slot.offset}`;
  return reserved(slot, "imm");
}

function arithmeticFault(slot: Slot): string | undefined {
  const is64 = (slot.opcode & 7) === InsnClass.ALU64;
  const operation = slot.opcode & 0xf0;
  const usesRegister = (slot.opcode & REGISTER_SOURCE) !== 0;
  if (operation > SWAP) return unknown(slot);
  if (operation === MOVE) return moveFault(slot, is64);
  if (operation === NEGATE) {
    return usesRegister ? unknown(slot) : reserved(slot, "src", "offset", "imm");
  }
  if (operation === SWAP) {
    if (is64 && usesRegister) return unknown(slot);
    if (slot.imm !== 16 && slot.imm !== 32 && slot.imm !== 64) return `swaps ${slot.imm} bits`;
    return reserved(slot, "src", "offset");
  }
  const rest = usesRegister ? reserved(slot, "imm") : reserved(slot, "src");
  if (DIVISION.has(operation) && slot.offset === 1) return rest;
  return rest ?? reserved(slot, "offset");
}

function callFault(slot: Slot): string | undefined {
  if (slot.src > CallKind.KFUNC) return `is a call of the unknown kind ${slot.src}`;
  // the offset of a kernel function's call chooses the module
  return slot.src === CallKind.KFUNC ? reserved(slot, "dst") : reserved(slot, "dst", "offset");
}

function jumpFault(slot: Slot): string | undefined {
  switch (slot.opcode) {
    case Opcode.JA:
      return reserved(slot, "dst", "src", "imm");
    case Opcode.JA32:
      return reserved(slot, "dst", "src", "offset");
    case Opcode.JAX:
      return reserved(slot, "src", "offset", "imm");
    case Opcode.CALL:
      return callFault(slot);
    case Opcode.CALLX:
      return undefined;
    case Opcode.EXIT:
      return reserved(slot, "dst", "src", "offset", "imm");
    case Opcode.JCOND:
      return slot.src > 1 ? unknown(slot) : reserved(slot, "dst", "imm");
  }
  const operation = slot.opcode & 0xf0;
  const isCondition = operation >= 0x10 && operation <= 0xd0 && operation !== 0x80 &&
    operation !== 0x90;
  if (!isCondition) return unknown(slot);
  return (slot.opcode & REGISTER_SOURCE) !== 0 ? reserved(slot, "imm") : reserved(slot, "src");
}

/**
 * What is wrong with the bits of an instruction.
 *
 * @param code Decoded code.
 * @param index Its slot; not the second slot of a 64-bit load.
 * @returns A predicate such as "has the unknown opcode 0xff"; undefined when it is sound.
 */
export function instructionFault(code: Code, index: number): string | undefined {
  const slot: Slot = {
    opcode: field(code.opcode, index),
    dst: field(code.dst, index),
    src: field(code.src, index),
    offset: field(code.offset, index),
    imm: field(code.imm, index),
  };
  if (slot.dst > LAST_REGISTER || slot.src > LAST_REGISTER) {
    return `names register ${Math.max(slot.dst, slot.src)}: the last is 10`;
  }
  switch (slot.opcode & 7) {
    case InsnClass.LD:
      return loadFault(code, index, slot);
    case InsnClass.LDX:
      return loadMemoryFault(slot);
    case InsnClass.ST:
    case InsnClass.STX:
      return storeFault(slot);
    case InsnClass.JMP:
    case InsnClass.JMP32:
      return jumpFault(slot);
    default:
      return arithmeticFault(slot);
  }
}
