/**
 * Checks one sigstore bundle: by plain key or by certificate, with transparency logs and time stamps.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type Bundle, bundleFromJSON } from "npm:@sigstore/bundle@5.0.1";
import { dsse } from "npm:@sigstore/core@4.0.1";
import {
  type SignedEntity,
  toSignedEntity,
  toTrustMaterial,
  Verifier,
} from "npm:@sigstore/verify@4.1.3";
import { isTrustedIdentity } from "./identity.ts";
import { isSignedBy, readKey } from "./keys.ts";
import { installDefaultDigest } from "./node_digest.ts";
import { digestContent, fileContent, type SignedContent, withCheck } from "./signed_content.ts";
import { emptyRoot, type TrustedRoot } from "./trusted_root.ts";
import { refused, SignatureError, type SignatureRule, type Signer } from "./types.ts";

/** What a bundle is said to sign. */
export type Artifact =
  | { readonly bytes: Uint8Array }
  /** SHA-256, 32 bytes. */
  | { readonly digest: Uint8Array };

/** Arguments of {@link checkBundle}. */
export interface BundleCheck {
  /** The bundle, parsed from JSON. */
  readonly json: unknown;
  /** What was signed; an envelope carries that itself. */
  readonly artifact?: Artifact;
  readonly rule: SignatureRule;
  /** @default a root that trusts nobody */
  readonly root?: TrustedRoot;
}

/** A bundle that passed. */
export interface CheckedBundle {
  readonly signer: Signer;
  /** What is in the envelope, null for a signature over a file. */
  readonly envelope: { readonly payloadType: string; readonly payload: Uint8Array } | null;
}

/** An error as the reason of a refusal. */
function refusal(error: unknown): SignatureError {
  if (error instanceof SignatureError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return refused(message, error);
}

/** Media types of bundles (sigstore's bundle format), in both spellings. */
const MEDIA_TYPE =
  /^application\/vnd\.dev\.sigstore\.bundle(\+json;version=0\.[123]|\.v0\.3\+json)$/;

function readBundle(json: unknown): Bundle {
  try {
    const bundle = bundleFromJSON(json);
    // the library takes whatever begins like one of them
    if (MEDIA_TYPE.test(bundle.mediaType)) return bundle;
    throw refused(`its media type is "${bundle.mediaType}"`);
  } catch (cause) {
    if (cause instanceof SignatureError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refused(`it is no sigstore bundle: ${reason}`, cause);
  }
}

function digestNameOf(bundle: Bundle): string {
  if (bundle.content.$case !== "messageSignature") return "";
  // HashAlgorithm of sigstore's protobuf-specs
  const names: Readonly<Record<number, string>> = { 1: "sha256", 2: "sha384", 3: "sha512" };
  const { messageDigest } = bundle.content.messageSignature;
  const name = names[messageDigest.algorithm];
  if (name === undefined) throw refused("the digest of the file has an unknown kind");
  return name;
}

/** The signature of a file, tied to the file at hand; the library does not compare digests itself. */
function contentOfFile(
  entity: SignedEntity,
  bundle: Bundle,
  artifact: Artifact | undefined,
): SignedContent {
  if (artifact === undefined) throw refused("it signs a file, and none is given");
  const name = digestNameOf(bundle);
  if ("digest" in artifact) {
    if (name !== "sha256") throw refused(`it signs by ${name}, the digest is SHA-256`);
    return checkDigest(digestContent(entity.signature, artifact.digest), artifact.digest);
  }
  const digest = createHash(name).update(artifact.bytes).digest();
  return checkDigest(fileContent(entity.signature, artifact.bytes), digest);
}

function checkDigest(content: SignedContent, digest: Uint8Array): SignedContent {
  if (content.compareSignedDigest(Buffer.from(digest))) return content;
  throw refused("it signs another file: the digests differ");
}

function contentOf(
  entity: SignedEntity,
  bundle: Bundle,
  artifact: Artifact | undefined,
): SignedContent {
  if (bundle.content.$case === "messageSignature") return contentOfFile(entity, bundle, artifact);
  const { payloadType, payload, signatures } = bundle.content.dsseEnvelope;
  if (signatures.length !== 1) throw refused("its envelope has not just one signature");
  const bytes = dsse.preAuthEncoding(payloadType, payload);
  return withCheck(entity.signature, (key) => isSignedBy(key, bytes, entity.signature.signature));
}

function entityOf(bundle: Bundle, artifact: Artifact | undefined): SignedEntity {
  const entity = toSignedEntity(bundle);
  return { ...entity, signature: contentOf(entity, bundle, artifact) };
}

/** Logs and time stamps that nobody asked for must not refuse: they may be a private instance's. */
function withoutLogs(bundle: Bundle): Bundle {
  const { verificationMaterial } = bundle;
  return {
    ...bundle,
    verificationMaterial: {
      ...verificationMaterial,
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
  } as Bundle;
}

function checkByKey(bundle: Bundle, { artifact, rule, root = emptyRoot() }: BundleCheck): Signer {
  const keys = (rule.keys ?? []).map(readKey);
  if (keys.length === 0) throw refused("it is signed by a key, and no key is trusted");
  const isLogged = rule.tlog === true;
  const entity = entityOf(isLogged ? bundle : withoutLogs(bundle), artifact);
  const thresholds = { tlogThreshold: isLogged ? 1 : 0, timestampThreshold: 0, ctlogThreshold: 0 };
  let reason: unknown;
  for (const { object, fingerprint } of keys) {
    const find = () => ({ publicKey: object, validFor: () => true });
    try {
      new Verifier(toTrustMaterial(root, find), thresholds).verify(entity);
      return { kind: "key", fingerprint };
    } catch (error) {
      reason = error;
    }
  }
  throw refusal(reason);
}

function checkByCertificate(bundle: Bundle, { artifact, rule, root }: BundleCheck): Signer {
  const identities = rule.identities ?? [];
  if (identities.length === 0) {
    throw refused("it is signed by a certificate, and no identity is trusted");
  }
  if (root === undefined) {
    throw refused("it is signed by a certificate, and there is no trusted root");
  }
  const thresholds = {
    ctlogThreshold: 1,
    tlogThreshold: rule.tlog === false ? 0 : 1,
    timestampThreshold: 1,
  };
  const { identity } = new Verifier(toTrustMaterial(root), thresholds)
    .verify(entityOf(bundle, artifact));
  const subject = identity?.subjectAlternativeName ?? "";
  const issuer = identity?.extensions?.issuer ?? "";
  if (!identities.some((wanted) => isTrustedIdentity({ subject, issuer }, wanted))) {
    throw refused(`its signer "${subject}" (issuer "${issuer}") is not trusted`);
  }
  return { kind: "certificate", subject, issuer };
}

/**
 * Checks a bundle against a rule. Needs no network.
 *
 * @param check Bundle, what it signs, who is trusted.
 * @returns The signer and the envelope's content, whose meaning is the caller's to check.
 * @throws {SignatureError} Why it does not count.
 */
export function checkBundle(check: BundleCheck): CheckedBundle {
  installDefaultDigest();
  const bundle = readBundle(check.json);
  const isByKey = bundle.verificationMaterial.content.$case === "publicKey";
  try {
    const signer = isByKey ? checkByKey(bundle, check) : checkByCertificate(bundle, check);
    if (bundle.content.$case !== "dsseEnvelope") return { signer, envelope: null };
    const { payloadType, payload } = bundle.content.dsseEnvelope;
    return { signer, envelope: { payloadType, payload: new Uint8Array(payload) } };
  } catch (error) {
    throw refusal(error);
  }
}
