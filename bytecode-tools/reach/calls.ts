/**
 * What helpers do to the stack of their caller.
 *
 * @module
 */
import { field } from "../insn/insn.ts";
import type { Surroundings } from "./surroundings.ts";
import { Known, type State } from "./state.ts";

/** An argument with memory, and how many bytes: an argument's number, or the map's sizes. */
type Memory = readonly [argument: number, size: number | "key" | "value"];

/**
 * Memory that helpers read or fill; the verifier forgets numbers there in both cases. Helpers that
 * are not in this table are taken to use all memory above the addresses that they are given.
 */
const MEMORY: Readonly<Record<number, readonly Memory[]>> = {
  1: [[2, "key"]], // map_lookup_elem
  2: [[2, "key"], [3, "value"]], // map_update_elem
  3: [[2, "key"]], // map_delete_elem
  4: [[1, 2]], // probe_read
  5: [], // ktime_get_ns
  6: [[1, 2]], // trace_printk
  7: [], // get_prandom_u32
  8: [], // get_smp_processor_id
  9: [[3, 4]], // skb_store_bytes
  14: [], // get_current_pid_tgid
  15: [], // get_current_uid_gid
  16: [[1, 2]], // get_current_comm
  25: [[4, 5]], // perf_event_output
  26: [[3, 4]], // skb_load_bytes
  35: [], // get_current_task
  45: [[1, 2]], // probe_read_str
  51: [], // redirect_map
  67: [[2, 3]], // get_stack
  87: [[2, "value"]], // map_push_elem
  111: [[4, 5]], // skb_output
  112: [[1, 2]], // probe_read_user
  113: [[1, 2]], // probe_read_kernel
  114: [[1, 2]], // probe_read_user_str
  115: [[1, 2]], // probe_read_kernel_str
  121: [[4, 5]], // xdp_output
  130: [[2, 3]], // ringbuf_output
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

/** Bytes of a piece of memory; infinite when they are not known. */
function sizeOf(state: State, around: Surroundings, size: Memory[1]): number {
  const { registers } = state;
  if (typeof size === "number") {
    const isKnown = registers.known[size] === Known.NUMBER && registers.hi[size] === 0;
    return isKnown ? field(registers.lo, size) >>> 0 : Infinity;
  }
  if (registers.known[1] !== Known.MAP) return Infinity;
  const sizes = around.mapSizes.get(field(registers.hi, 1));
  return (size === "key" ? sizes?.keySize : sizes?.valueSize) ?? Infinity;
}

/**
 * Forgets what a helper or kernel function may change: memory behind its arguments, r0 to r5.
 *
 * @param state What is known; changed.
 * @param around Maps and their sizes.
 * @param helper Number of the helper; undefined for kernel functions and global functions.
 */
export function callOut(state: State, around: Surroundings, helper: number | undefined): void {
  const { registers } = state;
  const memory = helper === undefined ? undefined : MEMORY[helper];
  if (memory === undefined) {
    for (let n = 1; n <= 5; n++) clearFrom(state, n, Infinity);
  } else {
    for (const [argument, size] of memory) clearFrom(state, argument, sizeOf(state, around, size));
  }
  for (let n = 0; n <= 5; n++) registers.forget(n);
}
