/**
 * Instructions of BPF (RFC 9669), written down by us.
 *
 * @module
 */

/** Bytes of an instruction. */
export const INSTRUCTION_SIZE = 8;

/** Registers: r0 is the result, r1 the first argument, r6 and r7 survive calls. */
export const Register = { R0: 0, R1: 1, R2: 2, R3: 3, R6: 6, R7: 7, STACK: 10 } as const;

/** A register. */
export type Register = typeof Register[keyof typeof Register];

/** Opcodes that a chain's main program is made of, named as the kernel's macros build them. */
const Op = {
  ADD64_K: 0x07,
  LOAD_IMM64: 0x18,
  JEQ64_K: 0x15,
  JNE32_K: 0x56,
  STORE32_K: 0x62,
  LOAD64: 0x79,
  STORE64: 0x7b,
  CALL: 0x85,
  EXIT: 0x95,
  MOVE32_K: 0xb4,
  MOVE64: 0xbf,
  JEQ32_K: 0x16,
  JGT32_K: 0x26,
  MOVE32: 0xbc,
  ADD32_K: 0x04,
  SHIFT_LEFT32: 0x6c,
  AND32_K: 0x54,
} as const;

/** BPF_PSEUDO_CALL and BPF_PSEUDO_MAP_FD, in the source register. */
const PSEUDO = 1;

interface Fields {
  readonly opcode: number;
  readonly dst?: number;
  readonly src?: number;
  readonly offset?: number;
  readonly imm?: number;
}

/** A place that jumps lead to, known once it is {@link Assembler.mark}ed. */
export interface Label {
  at: number | null;
}

/** Collects instructions. */
export class Assembler {
  readonly #code: Fields[] = [];
  readonly #jumps: { readonly from: number; readonly label: Label }[] = [];

  /** Number of instructions so far. */
  get length(): number {
    return this.#code.length;
  }

  /** A label for jumps that come before their place is known. */
  label(): Label {
    return { at: null };
  }

  /** The next instruction is where the label leads. */
  mark(label: Label): void {
    label.at = this.length;
  }

  move(dst: Register, src: Register): void {
    this.#code.push({ opcode: Op.MOVE64, dst, src });
  }

  /** The low 32 bits. */
  move32(dst: Register, src: Register): void {
    this.#code.push({ opcode: Op.MOVE32, dst, src });
  }

  set32(dst: Register, imm: number): void {
    this.#code.push({ opcode: Op.MOVE32_K, dst, imm });
  }

  add(dst: Register, imm: number): void {
    this.#code.push({ opcode: Op.ADD64_K, dst, imm });
  }

  add32(dst: Register, imm: number): void {
    this.#code.push({ opcode: Op.ADD32_K, dst, imm });
  }

  and32(dst: Register, imm: number): void {
    this.#code.push({ opcode: Op.AND32_K, dst, imm });
  }

  shiftLeft32(dst: Register, by: Register): void {
    this.#code.push({ opcode: Op.SHIFT_LEFT32, dst, src: by });
  }

  /** Reads 8 bytes at an address. */
  load(dst: Register, address: Register, offset: number): void {
    this.#code.push({ opcode: Op.LOAD64, dst, src: address, offset });
  }

  /** Writes 8 bytes to an address. */
  store(address: Register, offset: number, src: Register): void {
    this.#code.push({ opcode: Op.STORE64, dst: address, src, offset });
  }

  /** Writes a number of 4 bytes to an address. */
  store32(address: Register, offset: number, imm: number): void {
    this.#code.push({ opcode: Op.STORE32_K, dst: address, offset, imm });
  }

  /** Takes a map by its descriptor. */
  map(dst: Register, fd: number): void {
    this.#code.push({ opcode: Op.LOAD_IMM64, dst, src: PSEUDO, imm: fd }, { opcode: 0 });
  }

  helper(number: number): void {
    this.#code.push({ opcode: Op.CALL, imm: number });
  }

  /** Calls a function that is `distance` instructions behind the next one. */
  call(distance: number): void {
    this.#code.push({ opcode: Op.CALL, src: PSEUDO, imm: distance });
  }

  exit(): void {
    this.#code.push({ opcode: Op.EXIT });
  }

  #jump(opcode: number, dst: Register, imm: number, label: Label): void {
    this.#jumps.push({ from: this.length, label });
    this.#code.push({ opcode, dst, imm });
  }

  /** Jumps when all 64 bits of a register are this number. */
  jumpIf(dst: Register, imm: number, label: Label): void {
    this.#jump(Op.JEQ64_K, dst, imm, label);
  }

  /** Jumps when the low 32 bits are this number. */
  jumpIf32(dst: Register, imm: number, label: Label): void {
    this.#jump(Op.JEQ32_K, dst, imm, label);
  }

  /** Jumps when the low 32 bits are another number. */
  jumpUnless32(dst: Register, imm: number, label: Label): void {
    this.#jump(Op.JNE32_K, dst, imm, label);
  }

  /** Jumps when the low 32 bits, without a sign, are more than this number. */
  jumpIfAbove32(dst: Register, imm: number, label: Label): void {
    this.#jump(Op.JGT32_K, dst, imm, label);
  }

  /** The instructions as the kernel takes them. */
  finish(): Uint8Array<ArrayBuffer> {
    const jumps = new Map(this.#jumps.map(({ from, label }) => {
      if (label.at === null) throw new TypeError(`Cannot jump from ${from}: no place was marked`);
      return [from, label.at - from - 1];
    }));
    const bytes = new Uint8Array(this.length * INSTRUCTION_SIZE);
    const view = new DataView(bytes.buffer);
    for (const [index, { opcode, dst = 0, src = 0, offset = 0, imm = 0 }] of this.#code.entries()) {
      const at = index * INSTRUCTION_SIZE;
      bytes[at] = opcode;
      bytes[at + 1] = src << 4 | dst;
      view.setInt16(at + 2, jumps.get(index) ?? offset, true);
      view.setInt32(at + 4, imm, true);
    }
    return bytes;
  }
}
