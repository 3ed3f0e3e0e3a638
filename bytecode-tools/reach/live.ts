/**
 * Which registers are read after each instruction: what nobody reads does not tell states apart.
 *
 * @module
 */
import { type Code, field, InsnClass, isJump, jumpTarget, Opcode, slotsAt } from "../insn/insn.ts";

const ARGUMENTS = 0b111110;
const CALLER_SAVED = 0b111111;

/** Registers that an instruction reads and those that it overwrites, as bits. */
function effects(code: Code, at: number): readonly [reads: number, writes: number] {
  const opcode = field(code.opcode, at);
  const dst = 1 << field(code.dst, at);
  const src = 1 << field(code.src, at);
  const usesSource = (opcode & 8) !== 0 ? src : 0;
  switch (opcode & 7) {
    case InsnClass.LD:
      // packet loads read the packet from r6 and overwrite the caller-saved registers
      return opcode === Opcode.LD_IMM64 ? [0, dst] : [src | 1 << 6, CALLER_SAVED];
    case InsnClass.LDX:
      return [src, dst];
    case InsnClass.ST:
      return [dst, 0];
    case InsnClass.STX:
      // compare-and-exchange reads r0
      return [(opcode & 0xe0) === 0xc0 ? dst | src | 1 : dst | src, 0];
    case InsnClass.ALU:
    case InsnClass.ALU64:
      return (opcode & 0xf0) === 0xb0 ? [usesSource, dst] : [dst | usesSource, dst];
  }
  if (opcode === Opcode.CALL) return [ARGUMENTS, CALLER_SAVED];
  if (opcode === Opcode.CALLX) return [ARGUMENTS | dst, CALLER_SAVED];
  if (opcode === Opcode.EXIT) return [1, 0];
  if (opcode === Opcode.JA || opcode === Opcode.JA32 || opcode === Opcode.JCOND) return [0, 0];
  return [dst | usesSource, 0];
}

/**
 * Registers that are read at or after each instruction of its function, as bits.
 *
 * @param code Code without faults.
 */
export function liveRegisters(code: Code): Uint16Array {
  const live = new Uint16Array(code.count + 1);
  for (let changed = true; changed;) {
    changed = false;
    for (let at = code.count - 1; at >= 0; at--) {
      const opcode = field(code.opcode, at);
      const isExit = opcode === Opcode.EXIT;
      const isGoto = opcode === Opcode.JA || opcode === Opcode.JA32;
      let after = isExit || isGoto ? 0 : field(live, at + slotsAt(code, at));
      if (isJump(opcode)) after |= field(live, jumpTarget(code, at));
      // where an indirect jump leads is not known
      if (opcode === Opcode.JAX) after = 0x7ff;
      const [reads, writes] = effects(code, at);
      const before = after & ~writes | reads;
      if (before === live[at]) continue;
      live[at] = before;
      changed = true;
    }
  }
  return live;
}
