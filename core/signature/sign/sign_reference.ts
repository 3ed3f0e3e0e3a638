/**
 * Signs an image by its name, wherever it is: in the store, a layout or a registry.
 *
 * @module
 */
import type { InspectOptions } from "../../image/api.ts";
import { attachReferrers } from "../../image/attach_referrers.ts";
import { type ImageContext, openSomewhere, resolveOpen } from "../../image/context.ts";
import type { Descriptor } from "../../image/types.ts";
import { COSIGN_SIGN_PREDICATE } from "../statement.ts";
import { verifyImage } from "../verify_image.ts";
import { signStatement } from "./bundle.ts";
import { readSigningKey, type SigningKey, type SigningKeyText } from "./private_key.ts";
import { writeBundleReferrer } from "./referrer.ts";
import { encodeSignStatement } from "./statement.ts";

/** Options of {@link "../../image/mod.ts".Images.sign}. */
export interface SignOptions extends InspectOptions {
  /** Who signs. */
  readonly key: SigningKeyText;
  /** When it is signed, as the annotation says. @default now */
  readonly created?: Date;
}

/** What signing did. */
export interface SignedImage {
  /** The name, complete. */
  readonly name: string;
  /** Index or manifest that the name stands for; its digest is what was signed. */
  readonly descriptor: Descriptor;
  /** True when no registry was asked, so that the signature is in the store or the layout. */
  readonly isLocal: boolean;
  /** SHA-256 of the public key, hex. */
  readonly fingerprint: string;
  /** Digest of the signature's manifest. */
  readonly where: string;
  /** False when the image was signed by this key before; nothing was written then. */
  readonly isNew: boolean;
}

/** A manifest that holds a signature of the image. */
async function writeSignature(subject: Descriptor, key: SigningKey, created: Date) {
  return await writeBundleReferrer({
    subject,
    bundle: signStatement(encodeSignStatement(subject.digest), key),
    predicateType: COSIGN_SIGN_PREDICATE,
    created,
  });
}

/**
 * Signs an image in the form of cosign 3, and stores the signature beside it.
 *
 * @param context Store and registries.
 * @param text Name of the image.
 * @param options Who signs, and where to look for the image.
 * @throws {BpfmanError} When the key cannot sign, or image or signature cannot be read or written.
 */
export async function signReference(
  context: ImageContext,
  text: string,
  { key: keyText, created = context.now(), ...options }: SignOptions,
): Promise<SignedImage> {
  const key = await readSigningKey(keyText);
  const { open, isLocal } = await openSomewhere(context, text, options);
  const descriptor = await resolveOpen(open);
  const fingerprint = key.fingerprint.toHex();
  const done = { name: open.name, descriptor, isLocal, fingerprint };
  const rule = { keys: [key.publicKey], tlog: false };
  const verdict = await verifyImage({ source: open.source, subject: descriptor, rule });
  if (verdict.kind === "signed") return { ...done, where: verdict.where, isNew: false };
  const signature = await writeSignature(descriptor, key, created);
  await attachReferrers(context, open, [signature]);
  return { ...done, where: signature.manifest.descriptor.digest, isNew: true };
}
