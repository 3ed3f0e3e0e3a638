/**
 * The calls of the WebAssembly module: nothing else may be exported, and nothing imported.
 *
 * @module
 */

/** Names of the exported functions; `memory` and the counter `fuel` are exported besides. */
export const WASM_FUNCTIONS = [
  "_initialize",
  "btf_close",
  "btf_count",
  "btf_dump_c",
  "btf_find",
  "btf_open",
  "log_len",
  "log_ptr",
  "mem_alloc",
  "mem_free",
  "obj_close",
  "obj_code",
  "obj_core",
  "obj_data",
  "obj_describe",
  "obj_insns",
  "obj_kconfig",
  "obj_min_btf",
  "obj_module",
  "obj_open",
  "obj_relocate",
  "obj_symbols",
  "obj_target",
  "out_len",
  "out_ptr",
] as const;

/** Name of an exported function. */
export type WasmFunction = typeof WASM_FUNCTIONS[number];

/** The most memory that an instance may take, in bytes. */
export const MAX_MEMORY = 256 * 1024 * 1024;
