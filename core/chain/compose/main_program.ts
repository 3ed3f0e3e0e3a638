/**
 * The program that a composed chain begins with: it calls one member after the other, counts each
 * call, and looks at each result.
 *
 * What it costs: one look-up of this CPU's counters for a packet; for a member a counter, a call and
 * mostly one comparison. The counters belong to a CPU, so that no two count at the same place.
 *
 * @module
 */
import type { ChainKind } from "../proceed_on.ts";
import { END_OF_CHAIN } from "../verdict.ts";
import { Assembler, type Label, Register } from "./assemble.ts";

const { R0, R1, R2, R3, R6, R7, STACK } = Register;

/** Helpers bpf_map_lookup_elem and bpf_tail_call. */
const LOOKUP = 1;
const TAIL_CALL = 12;
/** Bytes of a counter. */
export const COUNTER_SIZE = 8;
/** Key of the counters in their map. */
export const COUNTS_KEY = 0;

/** XDP_ABORTED and TC_ACT_SHOT: for what cannot fail, so that no packet passes unseen if it does. */
const STOP: Readonly<Record<ChainKind, number>> = { xdp: 0, tc: 2 };
/** Results that ordinary programs have, which are compared first: XDP_PASS and TC_ACT_PIPE. */
const LIKELY: Readonly<Record<ChainKind, number>> = { xdp: 2, tc: 3 };

/** Up to so many results are compared one by one; more are looked up in a mask. */
const MOST_COMPARISONS = 4;
/** Mask bits: TC begins at -1, and 31 is the last. */
const FIRST_CODE: Readonly<Record<ChainKind, number>> = { xdp: 0, tc: -1 };
const LAST_BIT = 31;

/** One place of a chain. */
export interface Slot {
  /** Results after which the next place has its turn. */
  readonly proceedOn: readonly number[];
  /** Counter of this place. */
  readonly counter: number;
  /** Which of the bodies it calls. */
  readonly body: number;
}

/** Where a chain goes on that is too long for one program. */
export interface Continuation {
  /** Descriptor of the array of programs. */
  readonly arrayFd: number;
  readonly index: number;
}

/** What a main program is made for. */
export interface MainOptions {
  readonly kind: ChainKind;
  readonly slots: readonly Slot[];
  /** Descriptor of the per-CPU array of counters. */
  readonly countersFd: number;
  /** Where each body begins, in instructions behind the main program. */
  readonly bodies: readonly number[];
  /** What runs behind the last slot; null at the end of the chain. */
  readonly continuation: Continuation | null;
}

function compareEach(code: Assembler, kind: ChainKind, { proceedOn }: Slot, next: Label): void {
  const first = LIKELY[kind];
  const sorted = [...proceedOn].sort((a, b) => Number(b === first) - Number(a === first) || a - b);
  for (const result of sorted) code.jumpIf32(R0, result, next);
  code.exit();
}

function compareMask(code: Assembler, kind: ChainKind, { proceedOn }: Slot, next: Label): void {
  const stop = code.label();
  const bits = proceedOn.map((result) => result - FIRST_CODE[kind]);
  const mask = bits.reduce((sum, bit) => sum | 1 << bit, 0);
  code.move32(R1, R0);
  code.add32(R1, -FIRST_CODE[kind]);
  code.jumpIfAbove32(R1, LAST_BIT, stop);
  code.set32(R2, 1);
  code.shiftLeft32(R2, R1);
  code.and32(R2, mask);
  code.jumpUnless32(R2, 0, next);
  code.mark(stop);
  code.exit();
}

function count(code: Assembler, counter: number): void {
  const offset = counter * COUNTER_SIZE;
  code.load(R1, R7, offset);
  code.add(R1, 1);
  code.store(R7, offset, R1);
}

function findCounters(code: Assembler, countersFd: number, failure: Label): void {
  code.store32(STACK, -4, COUNTS_KEY);
  code.move(R2, STACK);
  code.add(R2, -4);
  code.map(R1, countersFd);
  code.helper(LOOKUP);
  code.jumpIf(R0, 0, failure);
  code.move(R7, R0);
}

function emitSlot(code: Assembler, options: MainOptions, slot: Slot, length: number): void {
  const { kind, bodies } = options;
  const next = code.label();
  count(code, slot.counter);
  code.move(R1, R6);
  code.call(length + (bodies[slot.body] ?? 0) - code.length - 1);
  const compare = slot.proceedOn.length > MOST_COMPARISONS ? compareMask : compareEach;
  compare(code, kind, slot, next);
  code.mark(next);
}

function emit(options: MainOptions, length: number): Assembler {
  const { kind, slots, countersFd, continuation } = options;
  const code = new Assembler();
  const failure = code.label();
  code.move(R6, R1);
  findCounters(code, countersFd, failure);
  for (const slot of slots) emitSlot(code, options, slot, length);
  if (continuation === null) {
    code.set32(R0, END_OF_CHAIN[kind]);
    code.exit();
  } else {
    code.move(R1, R6);
    code.map(R2, continuation.arrayFd);
    code.set32(R3, continuation.index);
    code.helper(TAIL_CALL);
  }
  code.mark(failure);
  code.set32(R0, STOP[kind]);
  code.exit();
  return code;
}

/** The instructions of the main program; the bodies are to follow directly. */
export function mainProgram(options: MainOptions): Uint8Array<ArrayBuffer> {
  // the first pass tells how far away the bodies are
  return emit(options, emit(options, 0).length).finish();
}
