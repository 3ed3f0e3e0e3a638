/**
 * What is known at one point of a program: registers, stack, callers.
 *
 * @module
 */

/** What is known of a value. */
export const Known = {
  NOTHING: 0,
  /** A number, in `lo` and `hi`. */
  NUMBER: 1,
  /** An address in the stack: offset from its frame's top in `lo`, frame in `hi`. */
  STACK: 2,
  /** An address in a map's only value: offset in `lo`, map in `hi`. */
  DATA: 3,
  /** Somewhere in the stack of frame `hi`. */
  STACK_SOMEWHERE: 4,
  /** A number from `hi` to `lo`, both as unsigned ones. */
  SHORT: 5,
  /** The map `hi` itself. */
  MAP: 6,
} as const;

/** Registers r0 to r10. */
const REGISTERS = 11;

/** A value on the stack. */
export interface Slot {
  readonly known: number;
  readonly lo: number;
  readonly hi: number;
  readonly size: number;
}

/** A caller, or the function that runs. */
export interface Frame {
  /** Where the caller goes on; -1 for the first function. */
  readonly returnTo: number;
  /** The caller's r6 to r9. */
  readonly saved: Registers | undefined;
  /** Values by offset from the frame's top. */
  readonly stack: Map<number, Slot>;
}

/** The registers. */
export class Registers {
  readonly known: Uint8Array = new Uint8Array(REGISTERS);
  readonly lo: Int32Array = new Int32Array(REGISTERS);
  readonly hi: Int32Array = new Int32Array(REGISTERS);

  copy(): Registers {
    const other = new Registers();
    other.known.set(this.known);
    other.lo.set(this.lo);
    other.hi.set(this.hi);
    return other;
  }

  set(register: number, known: number, lo: number, hi: number): void {
    this.known[register] = known;
    this.lo[register] = lo;
    this.hi[register] = hi;
  }

  /** Copies what is known of a short number. */
  copy32(to: number, from: number): void {
    this.set(to, Known.SHORT, this.lo[from] ?? 0, this.hi[from] ?? 0);
  }

  forget(register: number): void {
    this.set(register, Known.NOTHING, 0, 0);
  }
}

/** Mixes a number into a hash. */
function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  return Math.imul(mixed, 0xc2b2ae35) ^ mixed >>> 16;
}

/** A point of a program with what is known there. */
export class State {
  pc: number;
  readonly registers: Registers;
  readonly frames: Frame[];
  /** False once knowledge was given up to come to an end. */
  isExact: boolean;

  constructor(pc: number, registers: Registers, frames: Frame[], isExact = true) {
    this.pc = pc;
    this.registers = registers;
    this.frames = frames;
    this.isExact = isExact;
  }

  /** The first state of a function of which nothing is known but its stack. */
  static entry(pc: number): State {
    const registers = new Registers();
    registers.set(10, Known.STACK, 0, 0);
    return new State(pc, registers, [{ returnTo: -1, saved: undefined, stack: new Map() }]);
  }

  copy(): State {
    const frames = this.frames.map((frame) => ({ ...frame, stack: new Map(frame.stack) }));
    return new State(this.pc, this.registers.copy(), frames, this.isExact);
  }

  /** The frame of the function that runs. */
  get top(): number {
    return this.frames.length - 1;
  }

  /** Stack of a frame. */
  stackOf(frame: number): Map<number, Slot> | undefined {
    return this.frames[frame]?.stack;
  }

  /** Forgets the values that touch a range of a stack. */
  clear(frame: number, from: number, to: number): void {
    const stack = this.stackOf(frame);
    if (stack === undefined) return;
    for (const [offset, slot] of stack) {
      if (offset < to && offset + slot.size > from) stack.delete(offset);
    }
  }

  /**
   * A number that tells states apart.
   *
   * @param live Registers that are read later, as bits: others do not count.
   */
  hash(live: number): number {
    let a = mix(0x9e3779b9, this.pc);
    let b = mix(0x7f4a7c15, this.isExact ? 1 : 2);
    const { known, lo, hi } = this.registers;
    for (let n = 0; n < REGISTERS; n++) {
      if ((live >>> n & 1) === 0 || known[n] === Known.NOTHING) continue;
      a = mix(a, (known[n] ?? 0) * 16 + n);
      a = mix(a, lo[n] ?? 0);
      b = mix(b, (hi[n] ?? 0) + n);
      b = mix(b, lo[n] ?? 0);
    }
    for (const frame of this.frames) {
      a = mix(a, frame.returnTo);
      b = mix(b, savedHash(frame.saved));
      let sum = 0;
      let other = 0;
      // a sum, as the order of a stack's values means nothing
      for (const [offset, slot] of frame.stack) {
        const key = mix(mix(offset, slot.known * 16 + slot.size), slot.lo);
        sum = sum + mix(key, slot.hi) | 0;
        other = other + mix(slot.hi, key) | 0;
      }
      a = mix(a, sum);
      b = mix(b, other);
    }
    return (a >>> 0) * 0x200000 + (b >>> 11);
  }
}

function savedHash(saved: Registers | undefined): number {
  if (saved === undefined) return 0;
  let hash = 1;
  for (let n = 6; n < 10; n++) {
    hash = mix(mix(hash, saved.known[n] ?? 0), (saved.lo[n] ?? 0) ^ mix(saved.hi[n] ?? 0, n));
  }
  return hash;
}

/**
 * Gives up what differs between a state and an earlier one at the same place, so that loops end.
 *
 * @returns False when nothing differed.
 */
export function widen(state: State, earlier: State): boolean {
  let changed = false;
  const { registers } = state;
  for (let n = 0; n < 10; n++) {
    const isNumber = registers.known[n] === Known.NUMBER || registers.known[n] === Known.SHORT;
    const isSame = earlier.registers.known[n] === registers.known[n] &&
      earlier.registers.lo[n] === registers.lo[n] && earlier.registers.hi[n] === registers.hi[n];
    if (!isNumber || isSame) continue;
    registers.forget(n);
    changed = true;
  }
  state.frames.forEach((frame, index) => {
    const other = earlier.stackOf(index);
    for (const [offset, slot] of frame.stack) {
      const before = other?.get(offset);
      const isSame = before?.known === slot.known && before.lo === slot.lo &&
        before.hi === slot.hi && before.size === slot.size;
      if (slot.known !== Known.NUMBER || isSame) continue;
      frame.stack.delete(offset);
      changed = true;
    }
  });
  if (changed) state.isExact = false;
  return changed;
}
