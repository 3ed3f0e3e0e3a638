/**
 * Rules about system calls, and the seccomp program that they stand for. Pure: the kernel gets the
 * bytes in `seccomp.ts`.
 *
 * @module
 */
import { type Architecture, numberOf, type RefusableCall } from "./syscall_numbers.ts";

/** A statement about an argument of a call. The low 32 bits count: all of these are ints. */
export interface ArgumentTest {
  /** Place of the argument, from 0. */
  readonly argument: number;
  /** Bits that are looked at. @default all */
  readonly mask?: number;
  /** Values that fulfil the statement. */
  readonly oneOf: readonly number[];
  /** True when it is fulfilled by every other value instead. @default false */
  readonly isNegated?: boolean;
}

/** Refuses calls. Whatever no rule refuses is allowed. */
export interface Rule {
  readonly calls: readonly RefusableCall[];
  /** The call is refused when all of these hold; without tests always. */
  readonly when?: readonly ArgumentTest[];
  /** Error number that the caller gets. @default EPERM */
  readonly errno?: number;
}

/** `AUDIT_ARCH_*` (uapi/linux/audit.h): 64 bits, little-endian, machine. */
export const AUDIT_ARCH: Readonly<Record<Architecture, number>> = {
  x86_64: 0xc000003e,
  aarch64: 0xc00000b7,
};

/** Calls of the x32 ABI have this bit and are otherwise those of x86_64. */
const X32_BIT = 0x4000_0000;

/** Offsets in struct seccomp_data. */
const DATA = { number: 0, arch: 4, arguments: 16 } as const;

/** Classic BPF (uapi/linux/bpf_common.h): load a word, and, jump, return. */
const Code = { LOAD: 0x20, AND: 0x54, EQUAL: 0x15, AT_LEAST: 0x35, RETURN: 0x06 } as const;
const RETURN_ALLOW = 0x7fff_0000;
const RETURN_ERRNO = 0x0005_0000;
const EPERM = 1;
const INSTRUCTION_SIZE = 8;

/** One instruction of classic BPF. */
export interface FilterInstruction {
  readonly code: number;
  /** Instructions to leave out when the comparison holds, and when it does not. */
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly operand: number;
}

function step(code: number, operand: number, ifTrue = 0, ifFalse = 0): FilterInstruction {
  return { code, ifTrue, ifFalse, operand: operand >>> 0 };
}

function refuse(errno: number): FilterInstruction {
  return step(Code.RETURN, RETURN_ERRNO | errno);
}

/** Goes on where the statement holds; otherwise leaves out `rest` instructions behind it. */
function compileTest(test: ArgumentTest, rest: number): FilterInstruction[] {
  const { argument, mask, oneOf, isNegated = false } = test;
  const comparisons = oneOf.map((value, index) => {
    const remaining = oneOf.length - 1 - index;
    const isLast = remaining === 0;
    const [held, failed] = isNegated ? [remaining + rest, 0] : [remaining, isLast ? rest : 0];
    return step(Code.EQUAL, value, held, failed);
  });
  return [
    step(Code.LOAD, DATA.arguments + argument * 8),
    ...(mask === undefined ? [] : [step(Code.AND, mask)]),
    ...comparisons,
  ];
}

/** What is done with a call that a rule is about; falls through where the rule does not apply. */
function compileBody({ when = [], errno = EPERM }: Rule): FilterInstruction[] {
  let body = [refuse(errno)];
  for (const test of when.toReversed()) body = [...compileTest(test, body.length), ...body];
  // the tests took the place of the number of the call
  return when.length === 0 ? body : [...body, step(Code.LOAD, DATA.number)];
}

/**
 * Turns rules into a seccomp program. Other architectures and the x32 ABI are refused.
 *
 * @param rules Rules; the first that applies decides.
 * @param architecture Whose numbers to take.
 */
export function compileRules(
  rules: readonly Rule[],
  architecture: Architecture,
): FilterInstruction[] {
  const program = [
    step(Code.LOAD, DATA.arch),
    step(Code.EQUAL, AUDIT_ARCH[architecture], 1, 0),
    refuse(EPERM),
    step(Code.LOAD, DATA.number),
  ];
  if (architecture === "x86_64") {
    program.push(step(Code.AT_LEAST, X32_BIT, 0, 1), refuse(EPERM));
  }
  for (const rule of rules) {
    const body = compileBody(rule);
    for (const call of rule.calls) {
      const number = numberOf(call, architecture);
      if (number !== null) program.push(step(Code.EQUAL, number, 0, body.length), ...body);
    }
  }
  return [...program, step(Code.RETURN, RETURN_ALLOW)];
}

/** The instructions as the kernel reads them (struct sock_filter). */
export function encodeFilter(program: readonly FilterInstruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * INSTRUCTION_SIZE);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, ifTrue, ifFalse, operand }, index) => {
    const at = index * INSTRUCTION_SIZE;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  });
  return bytes;
}
