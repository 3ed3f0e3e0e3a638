/**
 * The stack as the verifier keeps it: whole registers where they lie at multiples of 8 bytes,
 * zeroes anywhere, and nothing of all other numbers (check_stack_write_fixed_off and
 * check_stack_read_fixed_off in kernel/bpf/verifier.c).
 *
 * @module
 */
import type { Surroundings } from "./surroundings.ts";
import { Known, type Slot, type State } from "./state.ts";

/** Bytes of a register on the stack. */
const REGISTER = 8;

/** A range of a frame's stack. */
export interface StackPlace {
  readonly frame: number;
  /** Bytes from the frame's top, negative. */
  readonly offset: number;
  readonly size: number;
}

/** A value on its way into memory. */
export interface StoredValue {
  readonly known: number;
  readonly lo: number;
  readonly hi: number;
}

/** Cuts a number to its low bytes. */
function cut(lo: number, size: number): number {
  return size >= 4 ? lo : lo & (1 << size * 8) - 1;
}

function isZero({ known, lo, hi }: StoredValue): boolean {
  return known === Known.NUMBER && lo === 0 && hi === 0;
}

/**
 * Writes to the stack.
 *
 * @param state What is known; changed.
 * @param place Where.
 * @param value What; undefined when it is not known.
 */
export function writeStack(state: State, place: StackPlace, value: StoredValue | undefined): void {
  const { frame, offset, size } = place;
  state.clear(frame, offset, offset + size);
  const stack = state.stackOf(frame);
  if (value === undefined || stack === undefined) return;
  if (offset % REGISTER === 0) {
    const { known, lo, hi } = value;
    if (known === Known.NUMBER) {
      stack.set(offset, { known, lo: cut(lo, size), hi: size === REGISTER ? hi : 0, size });
    } else if (known === Known.SHORT) {
      const isWhole = size >= 4;
      const most = isWhole ? lo : Math.min(lo >>> 0, 2 ** (size * 8) - 1);
      stack.set(offset, { known, lo: most | 0, hi: isWhole ? hi : 0, size });
    } else if (size === REGISTER) stack.set(offset, { known, lo, hi, size });
    return;
  }
  // elsewhere only zeroes are kept, byte by byte
  if (!isZero(value)) return;
  for (let n = 0; n < size; n++) stack.set(offset + n, { ...value, size: 1 });
}

/** True when every byte of a range is known to be zero. */
function isAllZero(stack: ReadonlyMap<number, Slot>, { offset, size }: StackPlace): boolean {
  for (let n = 0; n < size; n++) {
    const slot = stack.get(offset + n);
    if (slot?.size !== 1 || !isZero(slot)) return false;
  }
  return true;
}

/**
 * Reads from the stack.
 *
 * @returns The value; undefined when it is not known.
 */
export function readStack(state: State, around: Surroundings, place: StackPlace): Slot | undefined {
  const { frame, offset, size } = place;
  const stack = state.stackOf(frame);
  const slot = stack?.get(offset);
  if (stack === undefined || slot === undefined) return undefined;
  if (slot.size === size) return slot;
  if (isAllZero(stack, place)) return { known: Known.NUMBER, lo: 0, hi: 0, size };
  // the low bytes of a register are at its start in little-endian order only
  const isPart = size < slot.size && slot.known === Known.NUMBER && around.isLittleEndian;
  if (!isPart || !around.rules.keepsParts) return undefined;
  return { known: Known.NUMBER, lo: cut(slot.lo, size), hi: 0, size };
}
