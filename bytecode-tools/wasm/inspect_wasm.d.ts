// What build.ts writes into inspect_wasm.js. That file is JavaScript, since Deno takes ten times as
// long to load a TypeScript file of that size.

/** Sum over the sources and flags that this module was built from. */
export const INPUTS: string;
/** Version of the libbpf in the module (BSD-2-Clause). */
export const LIBBPF_VERSION: string;
/** SHA-256 of the module's bytes. */
export const WASM_SHA256: string;
/** Size of the module in bytes. */
export const WASM_SIZE: number;
/** The module in base64. */
export const WASM_BASE64: string;
