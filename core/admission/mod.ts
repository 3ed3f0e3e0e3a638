/**
 * Decides what may be loaded and attached: signatures and policy, before any privilege is used.
 *
 * @module
 */
export * from "./attach.ts";
export * from "./court.ts";
export * from "./file.ts";
export type { BundleFile } from "./file_signature.ts";
export * from "./image.ts";
export * from "./object_facts.ts";
export * from "./recheck.ts";
export * from "./refusal.ts";
export type * from "./types.ts";
