/**
 * Instructions as text, in the language of LLVM's assembler and disassembler.
 *
 * @module
 */
import { type Code, field, InsnClass, isJump, jumpTarget, load64, Opcode } from "./insn.ts";

const SIZES: Readonly<Record<number, string>> = { 0: "32", 8: "16", 16: "8", 24: "64" };
const ARITHMETIC: Readonly<Record<number, string>> = {
  0x00: "+=",
  0x10: "-=",
  0x20: "*=",
  0x30: "/=",
  0x40: "|=",
  0x50: "&=",
  0x60: "<<=",
  0x70: ">>=",
  0x90: "%=",
  0xa0: "^=",
  0xb0: "=",
  0xc0: "s>>=",
};
const CONDITIONS: Readonly<Record<number, string>> = {
  0x10: "==",
  0x20: ">",
  0x30: ">=",
  0x40: "&",
  0x50: "!=",
  0x60: "s>",
  0x70: "s>=",
  0xa0: "<",
  0xb0: "<=",
  0xc0: "s<",
  0xd0: "s<=",
};

/** A signed number in hexadecimal, such as `-0x14`. */
export function signedHex(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** A distance with its sign always shown, as in `goto +0x5`. */
function distance(value: number): string {
  return value < 0 ? signedHex(value) : `+${signedHex(value)}`;
}

interface Parts {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
  /** `w` for 32-bit registers, else `r`. */
  readonly letter: "r" | "w";
}

function place({ offset }: Parts, register: number): string {
  const sign = offset < 0 ? "-" : "+";
  return `(r${register} ${sign} 0x${Math.abs(offset).toString(16)})`;
}

function memory(parts: Parts, register: number, sign = "u"): string {
  return `*(${sign}${SIZES[parts.opcode & 0x18]} *)${place(parts, register)}`;
}

/** The address in an atomic operation: `(u64 *)(r1 + 0x0)`. */
function typedPlace(parts: Parts): string {
  return `(u${SIZES[parts.opcode & 0x18]} *)${place(parts, parts.dst)}`;
}

const ATOMICS: Readonly<Record<number, string>> = { 0: "+=", 0x40: "|=", 0x50: "&=", 0xa0: "^=" };
const FETCHES: Readonly<Record<number, string>> = {
  0: "add",
  0x40: "or",
  0x50: "and",
  0xa0: "xor",
};

function atomicText(parts: Parts): string {
  const bits = SIZES[parts.opcode & 0x18];
  const letter = bits === "64" ? "r" : "w";
  const source = `${letter}${parts.src}`;
  const suffix = bits === "64" ? "_64" : "32_32";
  const bare = place(parts, parts.dst).slice(1, -1);
  switch (parts.imm) {
    case 0xe1:
      return `${source} = xchg${suffix}(${bare}, ${source})`;
    case 0xf1:
      return `${letter}0 = cmpxchg${suffix}(${bare}, ${letter}0, ${source})`;
    case 0x100:
      return `${letter}${parts.dst} = load_acquire((u${bits} *)${place(parts, parts.src)})`;
    case 0x110:
      return `store_release(${typedPlace(parts)}, ${source})`;
  }
  const operation = parts.imm & ~1;
  if ((parts.imm & 1) === 0) {
    return `lock ${memory(parts, parts.dst)} ${ATOMICS[operation]} ${source}`;
  }
  return `${source} = atomic_fetch_${FETCHES[operation]}(${typedPlace(parts)}, ${source})`;
}

function storeText(parts: Parts): string {
  if ((parts.opcode & 0xe0) === 0xc0) return atomicText(parts);
  const isImmediate = (parts.opcode & 7) === InsnClass.ST;
  const value = isImmediate ? signedHex(parts.imm) : `r${parts.src}`;
  return `${memory(parts, parts.dst)} = ${value}`;
}

function moveText(parts: Parts, source: string): string {
  const { letter, dst, src, offset, imm } = parts;
  const isRegister = (parts.opcode & 8) !== 0;
  if (offset === 1) {
    return `r${dst} = addr_space_cast(r${src}, ${signedHex(imm >>> 16)}, ` +
      `${signedHex(imm & 0xffff)})`;
  }
  if (isRegister && offset !== 0) return `${letter}${dst} = (s${offset})${letter}${src}`;
  return `${letter}${dst} = ${source}`;
}

function arithmeticText(parts: Parts): string {
  const { letter, dst, src, imm, offset, opcode } = parts;
  const operation = opcode & 0xf0;
  const source = (opcode & 8) !== 0 ? `${letter}${src}` : signedHex(imm);
  if (operation === 0xb0) return moveText(parts, source);
  if (operation === 0x80) return `${letter}${dst} = -${letter}${dst}`;
  if (operation === 0xd0) {
    const isSwap = (opcode & 7) === InsnClass.ALU64;
    const order = isSwap ? "bswap" : (opcode & 8) !== 0 ? "be" : "le";
    return `r${dst} = ${order}${imm} r${dst}`;
  }
  const isSigned = (operation === 0x30 || operation === 0x90) && offset === 1;
  return `${letter}${dst} ${isSigned ? "s" : ""}${ARITHMETIC[operation]} ${source}`;
}

function jumpText(parts: Parts): string {
  const { opcode, letter, dst, src, offset, imm } = parts;
  switch (opcode) {
    case Opcode.JA:
      return `goto ${distance(offset)}`;
    case Opcode.JA32:
      return `gotol ${distance(imm)}`;
    case Opcode.JAX:
      return `gotox r${dst}`;
    case Opcode.CALL:
      return `call ${signedHex(imm)}`;
    case Opcode.CALLX:
      return `callx r${dst}`;
    case Opcode.EXIT:
      return "exit";
    case Opcode.JCOND:
      return `may_goto ${distance(offset)}`;
  }
  const other = (opcode & 8) !== 0 ? `${letter}${src}` : signedHex(imm);
  return `if ${letter}${dst} ${CONDITIONS[opcode & 0xf0]} ${other} goto ${distance(offset)}`;
}

function packetText(parts: Parts): string {
  const place = (parts.opcode & 0xe0) === 0x20 ? signedHex(parts.imm) : `r${parts.src}`;
  return `r0 = *(u${SIZES[parts.opcode & 0x18]} *)skb[${place}]`;
}

/**
 * An instruction as text.
 *
 * @param code Code without faults.
 * @param index The instruction's first slot.
 */
export function instructionText(code: Code, index: number): string {
  const opcode = field(code.opcode, index);
  const kind = opcode & 7;
  const parts: Parts = {
    opcode,
    dst: field(code.dst, index),
    src: field(code.src, index),
    offset: field(code.offset, index),
    imm: field(code.imm, index),
    letter: kind === InsnClass.ALU || kind === InsnClass.JMP32 ? "w" : "r",
  };
  switch (kind) {
    case InsnClass.LD:
      if (opcode !== Opcode.LD_IMM64) return packetText(parts);
      return `r${parts.dst} = ${signedHex(BigInt.asIntN(64, load64(code, index)))} ll`;
    case InsnClass.LDX: {
      const sign = (opcode & 0xe0) === 0x80 ? "s" : "u";
      return `r${parts.dst} = ${memory(parts, parts.src, sign)}`;
    }
    case InsnClass.ST:
    case InsnClass.STX:
      return storeText(parts);
    case InsnClass.JMP:
    case InsnClass.JMP32:
      return jumpText(parts);
    default:
      return arithmeticText(parts);
  }
}

/** Where a jump leads, for showing; undefined for other instructions. */
export function shownTarget(code: Code, index: number): number | undefined {
  return isJump(field(code.opcode, index)) ? jumpTarget(code, index) : undefined;
}
