/**
 * Reads and judges BPF objects: pure functions over bytes, no permission needed, usable in a
 * browser.
 *
 * @module
 */
export * from "./errors.ts";
export * from "./object.ts";
export * from "./elf_symbols.ts";
