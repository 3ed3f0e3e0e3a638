/**
 * What was signed, for people and for programs.
 *
 * @module
 */
import type { SignedImage } from "../../core/signature/sign/sign_reference.ts";
import { descriptorJson } from "./image_json.ts";
import { pinnedName } from "./image_text.ts";
import type { ImageSignedJson } from "../schema/policy.ts";

/** What was signed as text; a signature in the store alone is not seen by others. */
export function signedText(image: SignedImage, isStored: boolean): string {
  const { name, descriptor, fingerprint, where, isNew } = image;
  const state = isNew ? "signed" : "unchanged";
  return [
    `${state}: ${pinnedName(name, descriptor.digest)}`,
    `  by: key ${fingerprint}`,
    `  signature: ${where}`,
    ...isStored ? ["  stored: here only; a push takes it along"] : [],
    "",
  ].join("\n");
}

/** What was signed as plain data. */
export function signedJson(image: SignedImage): ImageSignedJson {
  const { name, descriptor, isLocal, fingerprint, where, isNew } = image;
  return {
    reference: name,
    ...descriptorJson(descriptor),
    stored: isLocal,
    signer: { kind: "key", fingerprint },
    signature: where,
    new: isNew,
  };
}
