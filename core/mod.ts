/**
 * The domain: what is loaded, where it is attached, and how that is remembered.
 *
 * @module
 */
export * from "./api.ts";
export * from "./errors.ts";
export { DEFAULT_RUNTIME_DIRECTORY } from "./layout.ts";
export { type ManagerOptions, openManager } from "./manager.ts";
export * from "./types.ts";
