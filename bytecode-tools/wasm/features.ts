/**
 * All that the module may use beyond the first version of WebAssembly, in wabt's words.
 *
 * @module
 */

/** What is in every browser since 2021; nothing else. */
export const FEATURES = {
  exceptions: false,
  mutable_globals: true,
  sat_float_to_int: false,
  sign_extension: true,
  simd: false,
  threads: false,
  function_references: false,
  multi_value: false,
  tail_call: false,
  bulk_memory: true,
  reference_types: false,
  annotations: false,
  code_metadata: false,
  gc: false,
  memory64: false,
  extended_const: false,
  relaxed_simd: false,
} as const;
