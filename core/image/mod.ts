/**
 * Bytecode images: built, pushed, pulled, kept and moved without a container engine and without
 * privilege.
 *
 * @module
 */
export * from "./api.ts";
export type * from "./content/source.ts";
export type * from "./settings.ts";
export { openImages } from "./images.ts";
export {
  type ImageLocation,
  type LayoutSource,
  locationText,
  parseLocation,
  parseReference,
  type Reference,
  referenceText,
  type RegistrySource,
} from "./reference.ts";
export * from "./types.ts";
