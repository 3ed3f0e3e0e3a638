/**
 * Instructions of BPF (RFC 9669), decoded into typed arrays: a column per field, so that passes
 * over many instructions make no objects.
 *
 * @module
 */

/** Bytes of one instruction slot. */
export const SLOT_SIZE = 8;

/** Instruction classes: the low three bits of an opcode. */
export const InsnClass = {
  LD: 0,
  LDX: 1,
  ST: 2,
  STX: 3,
  ALU: 4,
  JMP: 5,
  JMP32: 6,
  ALU64: 7,
} as const;

/** Single opcodes. */
export const Opcode = {
  LD_IMM64: 0x18,
  JA: 0x05,
  JA32: 0x06,
  /** Indirect jump through a register. */
  JAX: 0x0d,
  CALL: 0x85,
  CALLX: 0x8d,
  EXIT: 0x95,
  /** May-goto: the verifier decides whether to jump. */
  JCOND: 0xe5,
} as const;

/** What the source register of a call says. */
export const CallKind = { HELPER: 0, LOCAL: 1, KFUNC: 2 } as const;

/** What the source register of a 64-bit load says. */
export const LoadKind = {
  NUMBER: 0,
  MAP_FD: 1,
  MAP_VALUE: 2,
  BTF_ID: 3,
  FUNC: 4,
  MAP_INDEX: 5,
  MAP_INDEX_VALUE: 6,
} as const;

/** Decoded instructions; a 64-bit load takes two slots, the second with opcode 0. */
export interface Code {
  /** Number of slots. */
  readonly count: number;
  /** Opcodes. */
  readonly opcode: Uint8Array;
  /** Destination registers. */
  readonly dst: Uint8Array;
  /** Source registers. */
  readonly src: Uint8Array;
  /** Bytes from the start of the section. */
  readonly offset: Int16Array;
  /** Immediate numbers. */
  readonly imm: Int32Array;
}

/**
 * Decodes instructions.
 *
 * @param bytes Whole instructions; a rest of less than 8 bytes is not read.
 * @param isLittleEndian Byte order of the object.
 */
export function decodeCode(bytes: Uint8Array, isLittleEndian: boolean): Code {
  const count = Math.floor(bytes.length / SLOT_SIZE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const code = {
    count,
    opcode: new Uint8Array(count),
    dst: new Uint8Array(count),
    src: new Uint8Array(count),
    offset: new Int16Array(count),
    imm: new Int32Array(count),
  };
  for (let n = 0; n < count; n++) {
    const at = n * SLOT_SIZE;
    const registers = bytes[at + 1] ?? 0;
    code.opcode[n] = bytes[at] ?? 0;
    // the two halves of the byte are bit fields and swap with the byte order
    code.dst[n] = isLittleEndian ? registers & 15 : registers >> 4;
    code.src[n] = isLittleEndian ? registers >> 4 : registers & 15;
    code.offset[n] = view.getInt16(at + 2, isLittleEndian);
    code.imm[n] = view.getInt32(at + 4, isLittleEndian);
  }
  return code;
}

/** A field of an instruction; 0 past the end. */
export function field(column: { readonly [index: number]: number }, index: number): number {
  return column[index] ?? 0;
}

/** True for the slot that begins a 64-bit load. */
export function isLoad64(code: Code, index: number): boolean {
  return code.opcode[index] === Opcode.LD_IMM64;
}

/** Slots that the instruction at an index takes. */
export function slotsAt(code: Code, index: number): number {
  return isLoad64(code, index) ? 2 : 1;
}

/** True for jumps within a function, conditional or not; not for calls and exit. */
export function isJump(opcode: number): boolean {
  const kind = opcode & 7;
  if (kind !== InsnClass.JMP && kind !== InsnClass.JMP32) return false;
  return opcode !== Opcode.CALL && opcode !== Opcode.CALLX && opcode !== Opcode.EXIT &&
    opcode !== Opcode.JAX;
}

/** Index that a jump leads to. */
export function jumpTarget(code: Code, index: number): number {
  const distance = code.opcode[index] === Opcode.JA32 ? code.imm : code.offset;
  return index + 1 + field(distance, index);
}

/** The 64-bit number of a load, as the instruction holds it. */
export function load64(code: Code, index: number): bigint {
  const low = BigInt(field(code.imm, index) >>> 0);
  return BigInt(field(code.imm, index + 1) >>> 0) << 32n | low;
}
