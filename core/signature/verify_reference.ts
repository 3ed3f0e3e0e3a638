/**
 * Verifies an image by its name, wherever it is: in the store, a layout or a registry.
 *
 * @module
 */
import type { InspectOptions } from "../image/api.ts";
import { type ImageContext, openSomewhere, resolveOpen } from "../image/context.ts";
import type { Descriptor } from "../image/types.ts";
import { currentRoot } from "./root/current.ts";
import { checkRule, readRoot } from "./trust.ts";
import type { SignatureRule } from "./types.ts";
import type { ImageVerdict } from "./verify_image.ts";
import { verifyRequirement } from "./verify_requirement.ts";

/** Options of {@link "../image/mod.ts".Images.verify}. */
export interface VerifyOptions extends InspectOptions {
  /** Who is trusted. A rule without keys and identities trusts nobody. */
  readonly rule: SignatureRule;
  /** Predicate type of the attestation that must be there. @default a signature must be there */
  readonly attestation?: string;
  /** Content of a `trusted_root.json`. @default the last update's, or the one that is built in */
  readonly root?: string;
}

/** What a verification found. */
export interface VerifiedImage {
  /** The name, complete. */
  readonly name: string;
  /** Index or manifest that the name stands for; its digest is what must be signed. */
  readonly descriptor: Descriptor;
  /** True when no registry was asked. */
  readonly isLocal: boolean;
  /** Signed and by whom, refused and why, or unsigned. */
  readonly verdict: ImageVerdict;
}

/**
 * Verifies an image.
 *
 * @param context Store and registries.
 * @param text Name of the image.
 * @param options Who is trusted, and where to look.
 * @throws {BpfmanError} When image or signatures cannot be read, or when the rule is none.
 */
export async function verifyReference(
  context: ImageContext,
  text: string,
  { rule, attestation, root, ...options }: VerifyOptions,
): Promise<VerifiedImage> {
  checkRule(rule);
  const trustedRoot = root === undefined
    ? (await currentRoot(context.trustDirectory)).root
    : await readRoot(root);
  const { open, isLocal } = await openSomewhere(context, text, options);
  const descriptor = await resolveOpen(open);
  const verdict = await verifyRequirement({
    source: open.source,
    subject: descriptor,
    requirement: { ...rule, ...attestation === undefined ? {} : { attestation } },
    root: trustedRoot,
  });
  return { name: open.name, descriptor, isLocal, verdict };
}
