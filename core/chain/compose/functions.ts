/**
 * The functions of a member: where each begins, what it calls, and how much stack it takes.
 *
 * @module
 */
import {
  CallKind,
  type Code,
  field,
  InsnClass,
  isLoad64,
  LoadKind,
  Opcode,
  slotsAt,
} from "../../../bytecode-tools/insn/insn.ts";

/** The frame pointer. */
const R10 = 10;
/** BPF_ALU64 | BPF_MOV | BPF_X and BPF_ALU64 | BPF_ADD | BPF_K. */
const MOVE64 = 0xbf;
const ADD64_K = 0x07;
/** Helper bpf_tail_call. */
const TAIL_CALL = 12;

/** One function of a member. */
export interface MemberFunction {
  /** First instruction. */
  readonly start: number;
  /** The instruction behind the last. */
  readonly end: number;
  /** First instructions of the functions that it calls. */
  readonly calls: readonly number[];
  /** Bytes of stack that its instructions are seen to use. */
  readonly stack: number;
  /** True when it goes on in another program (bpf_tail_call). */
  readonly hasTailCall: boolean;
}

/** The target of a call or of a load of a function's address, null for all else. */
function functionTarget(code: Code, at: number): number | null {
  const isCall = code.opcode[at] === Opcode.CALL && code.src[at] === CallKind.LOCAL;
  const isAddress = isLoad64(code, at) && code.src[at] === LoadKind.FUNC;
  return isCall || isAddress ? at + field(code.imm, at) + 1 : null;
}

/** How far below the frame pointer an instruction reaches, as far as it shows. */
function depthAt(code: Code, at: number): number {
  const kind = field(code.opcode, at) & 7;
  const isStore = kind === InsnClass.ST || kind === InsnClass.STX;
  const base = isStore ? field(code.dst, at) : kind === InsnClass.LDX ? field(code.src, at) : -1;
  if (base === R10) return -field(code.offset, at);
  const isAddress = code.opcode[at] === ADD64_K && at > 0 && code.opcode[at - 1] === MOVE64 &&
    code.src[at - 1] === R10 && code.dst[at - 1] === code.dst[at];
  return isAddress ? -field(code.imm, at) : 0;
}

function isTailCall(code: Code, at: number): boolean {
  const isHelper = code.opcode[at] === Opcode.CALL && code.src[at] === CallKind.HELPER;
  return isHelper && code.imm[at] === TAIL_CALL;
}

function describe(code: Code, start: number, end: number): MemberFunction {
  const calls = new Set<number>();
  let stack = 0;
  let hasTailCall = false;
  for (let at = start; at < end; at += slotsAt(code, at)) {
    const target = functionTarget(code, at);
    if (target !== null) calls.add(target);
    stack = Math.max(stack, depthAt(code, at));
    hasTailCall ||= isTailCall(code, at);
  }
  return { start, end, calls: [...calls], stack, hasTailCall };
}

/** The functions of a member in the order of their instructions; the first is the program. */
export function functionsOf(code: Code): MemberFunction[] {
  const starts = new Set([0]);
  for (let at = 0; at < code.count; at += slotsAt(code, at)) {
    const target = functionTarget(code, at);
    if (target !== null) starts.add(target);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, index) => describe(code, start, sorted[index + 1] ?? code.count));
}

/** True when a program uses functions or variables of a kernel module: they need its descriptor. */
export function usesModules(code: Code): boolean {
  for (let at = 0; at < code.count; at += slotsAt(code, at)) {
    const isKfunc = code.opcode[at] === Opcode.CALL && code.src[at] === CallKind.KFUNC;
    if (isKfunc && code.offset[at] !== 0) return true;
    const isVariable = isLoad64(code, at) && code.src[at] === LoadKind.BTF_ID;
    if (isVariable && code.imm[at + 1] !== 0) return true;
  }
  return false;
}

/** How deep calls go: frames, and bytes of stack. */
export interface CallDepth {
  readonly frames: number;
  readonly bytes: number;
  /** Bytes of the frames above a function that does a tail call, 0 without such a function. */
  readonly aboveTailCall: number;
}

/** What lies above a function on the longest way to it. */
interface Above {
  readonly frames: number;
  readonly bytes: number;
}

function longestWays(
  functions: readonly MemberFunction[],
  sizeOf: (one: MemberFunction) => number,
  above: Above,
): ReadonlyMap<number, Above> {
  const ways = new Map<number, Above>([[0, above]]);
  // as many rounds as functions are enough, as no function may call itself
  for (let round = 0; round < functions.length; round++) {
    for (const one of functions) {
      const way = ways.get(one.start);
      if (way === undefined) continue;
      for (const target of one.calls) {
        const known = ways.get(target) ?? { frames: 0, bytes: 0 };
        ways.set(target, {
          frames: Math.max(known.frames, way.frames + 1),
          bytes: Math.max(known.bytes, way.bytes + sizeOf(one)),
        });
      }
    }
  }
  return ways;
}

/**
 * How deep calls go below a main program.
 *
 * @param functions Functions of a member.
 * @param unit What the kernel rounds the stack of a function up to.
 * @param mainStack Bytes of stack of the main program.
 */
export function callDepth(
  functions: readonly MemberFunction[],
  { unit, mainStack }: { readonly unit: number; readonly mainStack: number },
): CallDepth {
  const round = (stack: number) => Math.ceil(Math.max(stack, 1) / unit) * unit;
  const sizeOf = ({ stack }: MemberFunction) => round(stack);
  const ways = longestWays(functions, sizeOf, { frames: 1, bytes: round(mainStack) });
  const depth = { frames: 0, bytes: 0, aboveTailCall: 0 };
  for (const one of functions) {
    const way = ways.get(one.start);
    if (way === undefined) continue;
    depth.frames = Math.max(depth.frames, way.frames + 1);
    depth.bytes = Math.max(depth.bytes, way.bytes + sizeOf(one));
    if (one.hasTailCall) depth.aboveTailCall = Math.max(depth.aboveTailCall, way.bytes);
  }
  return depth;
}
