/**
 * Whether an image is signed by whom a rule trusts.
 *
 * @module
 */
import type { ContentSource } from "../image/content/source.ts";
import type { Descriptor } from "../image/types.ts";
import { checkBundle } from "./bundle.ts";
import { findSignatures, type FoundSignature } from "./discover.ts";
import { readClaims, toBundle } from "./simple_signing.ts";
import { COSIGN_SIGN_PREDICATE, readStatement } from "./statement.ts";
import type { TrustedRoot } from "./trusted_root.ts";
import { refused, SignatureError, type SignatureRule, type Signer } from "./types.ts";

/** Arguments of {@link verifyImage}. */
export interface ImageVerification {
  readonly source: ContentSource;
  /** What the image's name stands for: an index or a manifest. That digest is what must be signed. */
  readonly subject: Descriptor;
  readonly rule: SignatureRule;
  /** @default certificates are not trusted */
  readonly root?: TrustedRoot;
  /** Demands an attestation with this predicate instead of a signature. @default a signature */
  readonly predicateType?: string;
}

/** The answer. */
export type ImageVerdict =
  | {
    readonly kind: "signed";
    readonly signer: Signer;
    /** Tag or digest of the signature. */
    readonly where: string;
    /** Predicate of an attestation, null for a signature. */
    readonly predicate: unknown;
  }
  /** There are signatures, and none counts. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] }
  /** There is no signature at all. */
  | { readonly kind: "unsigned" };

interface Accepted {
  readonly signer: Signer;
  readonly predicate: unknown;
}

async function checkSimple(
  found: Extract<FoundSignature, { kind: "simplesigning" }>,
  { subject, rule, root, predicateType }: ImageVerification,
): Promise<Accepted> {
  if (predicateType !== undefined) throw refused("it is a signature and no attestation");
  const trust = root === undefined ? {} : { root };
  const artifact = { bytes: found.payload };
  const { signer } = checkBundle({ json: await toBundle(found), artifact, rule, ...trust });
  const { digest } = readClaims(found.payload);
  if (digest !== subject.digest) throw refused(`it signs another image: ${digest}`);
  return { signer, predicate: null };
}

function checkEnvelope(
  found: Extract<FoundSignature, { kind: "bundle" }>,
  { subject, rule, root, predicateType }: ImageVerification,
): Accepted {
  let json: unknown;
  try {
    json = JSON.parse(found.text);
  } catch (cause) {
    throw refused("it is no sigstore bundle: it is not JSON", cause);
  }
  const trust = root === undefined ? {} : { root };
  const { signer, envelope } = checkBundle({
    json,
    // a bundle over a file would sign the manifest itself; nobody writes those
    artifact: { digest: Uint8Array.fromHex(subject.digest.replace(/^sha256:/, "")) },
    rule,
    ...trust,
  });
  if (envelope === null) throw refused("it has no envelope");
  const statement = readStatement(envelope);
  const wanted = predicateType ?? COSIGN_SIGN_PREDICATE;
  if (statement.predicateType !== wanted) {
    throw refused(`it is an attestation (${statement.predicateType}), wanted is "${wanted}"`);
  }
  if (!statement.subjects.some((digest) => `sha256:${digest}` === subject.digest)) {
    throw refused("it signs another image");
  }
  return { signer, predicate: predicateType === undefined ? null : statement.predicate };
}

async function check(found: FoundSignature, request: ImageVerification): Promise<Accepted> {
  return found.kind === "bundle"
    ? checkEnvelope(found, request)
    : await checkSimple(found, request);
}

/**
 * Verifies an image's signatures; one good one is enough.
 *
 * @param request Image, rule, trusted root.
 * @returns The verdict, with the reason of each signature that does not count.
 * @throws {Error} When no good signature was found and a part of them could not be read: an error of
 * the registry never looks like an image without signatures.
 */
export async function verifyImage(request: ImageVerification): Promise<ImageVerdict> {
  const { found, failures } = await findSignatures(request.source, request.subject);
  const reasons: string[] = [];
  for (const one of found) {
    try {
      const { signer, predicate } = await check(one, request);
      return { kind: "signed", signer, where: one.where, predicate };
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      reasons.push(`${one.where}: ${error.reason}`);
    }
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return found.length === 0 ? { kind: "unsigned" } : { kind: "refused", reasons };
}
