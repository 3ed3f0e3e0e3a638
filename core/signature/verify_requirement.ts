/**
 * Whether an image meets one requirement of a policy: a signature, or an attestation of one kind, by
 * whom the requirement trusts. A signature is no attestation, and no attestation is a signature.
 *
 * @module
 */
import { COSIGN_SIGN_PREDICATE } from "./statement.ts";
import type { SignatureRule } from "./types.ts";
import { type ImageVerdict, type ImageVerification, verifyImage } from "./verify_image.ts";

/** What a policy demands: {@link "../policy/types.ts".Requirement} is one. */
export interface ImageRequirement extends SignatureRule {
  /** Predicate type of the attestation that must be there. @default a signature must be there */
  readonly attestation?: string;
}

/** Arguments of {@link verifyRequirement}. */
export interface RequirementVerification
  extends Pick<ImageVerification, "source" | "subject" | "root"> {
  readonly requirement: ImageRequirement;
}

/**
 * Verifies one requirement; one good signature or attestation is enough.
 *
 * @param request Image, requirement, trusted root.
 * @returns The verdict; of an attestation with its predicate, which is signed.
 * @throws {Error} When nothing good was found and a part of what is there could not be read.
 */
export async function verifyRequirement(
  { requirement, ...image }: RequirementVerification,
): Promise<ImageVerdict> {
  const { attestation, ...rule } = requirement;
  if (attestation === undefined) return await verifyImage({ ...image, rule });
  if (attestation === COSIGN_SIGN_PREDICATE) {
    return { kind: "refused", reasons: [`"${attestation}" is a signature and no attestation`] };
  }
  return await verifyImage({ ...image, rule, predicateType: attestation });
}
