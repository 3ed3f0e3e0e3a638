/**
 * Bytecode images: built, pushed, pulled, kept and moved without a container engine and without
 * privilege.
 *
 * @example References, and what a store holds
 * ```ts
 * import { openImages, parseReference } from "@bpfman/cli/images";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { registry, repository, tag } = parseReference("ghcr.io/team/counter:1");
 * deepStrictEqual([registry, repository, tag], ["ghcr.io", "team/counter", "1"]);
 *
 * const images = openImages({ directory: "/var/lib/bpfman-example/images" });
 * deepStrictEqual(await images.list(), []);
 * ```
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
export type { IdentityRule, SignatureRule, Signer } from "../signature/types.ts";
export type { ImageVerdict } from "../signature/verify_image.ts";
export type { SigningKeyText } from "../signature/sign/private_key.ts";
export type { SignedImage, SignOptions } from "../signature/sign/sign_reference.ts";
export type { VerifiedImage, VerifyOptions } from "../signature/verify_reference.ts";
export * from "./types.ts";
