/**
 * What helpers do to the stack of their caller.
 *
 * @module
 */
import { field } from "./insn.ts";
import { Known, type State } from "./reach_state.ts";

/**
 * Helpers that only read the memory that they are given: map_lookup_elem, map_update_elem,
 * map_delete_elem, trace_printk, perf_event_output, skb_output, xdp_output, ringbuf_output,
 * map_push_elem, skb_store_bytes.
 */
const READERS: ReadonlySet<number> = new Set([1, 2, 3, 6, 9, 25, 87, 111, 121, 130]);

/** Argument with the memory that a helper fills, and the one with its size. */
const WRITERS: Readonly<Record<number, readonly [memory: number, size: number]>> = {
  4: [1, 2], // probe_read
  16: [1, 2], // get_current_comm
  26: [3, 4], // skb_load_bytes
  45: [1, 2], // probe_read_str
  67: [2, 3], // get_stack
  112: [1, 2], // probe_read_user
  113: [1, 2], // probe_read_kernel
  114: [1, 2], // probe_read_user_str
  115: [1, 2], // probe_read_kernel_str
};

function clearFrom(state: State, register: number, size: number): void {
  const { registers } = state;
  const known = field(registers.known, register);
  const frame = field(registers.hi, register);
  if (known === Known.STACK_SOMEWHERE) return state.clear(frame, -Infinity, Infinity);
  if (known !== Known.STACK) return;
  const offset = field(registers.lo, register);
  state.clear(frame, offset, offset + size);
}

/**
 * Forgets what a helper or kernel function may overwrite: memory behind its arguments, r0 to r5.
 *
 * @param helper Number of the helper; undefined for kernel functions.
 */
export function callOut(state: State, helper: number | undefined): void {
  const { registers } = state;
  const writer = helper === undefined ? undefined : WRITERS[helper];
  if (writer !== undefined) {
    const [memory, size] = writer;
    const isKnown = registers.known[size] === Known.NUMBER && registers.hi[size] === 0;
    clearFrom(state, memory, isKnown ? field(registers.lo, size) >>> 0 : Infinity);
  } else if (helper === undefined || !READERS.has(helper)) {
    // a helper writes upwards from the address that it is given
    for (let n = 1; n <= 5; n++) clearFrom(state, n, Infinity);
  }
  for (let n = 0; n <= 5; n++) registers.forget(n);
}
