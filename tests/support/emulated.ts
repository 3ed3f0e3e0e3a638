/**
 * Whether the tests run in one of the project's virtual machines.
 *
 * @module
 */

/**
 * True in software emulation, where processes start ten to thirty times more slowly. The harness in
 * `tests/vm` sets the variable.
 */
export const IS_EMULATED: boolean = Deno.env.get("BPFMAN_VM_KERNEL") !== undefined;
