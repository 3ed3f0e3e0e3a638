/**
 * Writes sigstore bundles of version 0.3 that a plain key signed: no certificate, no log, no time.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { dsse } from "npm:@sigstore/core@4.0.1";
import { encodeJson } from "../../image/documents.ts";
import { STATEMENT_TYPE } from "../statement.ts";
import type { SigningKey } from "./private_key.ts";

/** Media type of what is written. */
export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** Names of digests in bundles (HashAlgorithm of sigstore's protobuf-specs). */
const DIGEST_NAMES: Readonly<Record<string, string>> = {
  sha256: "SHA2_256",
  sha384: "SHA2_384",
  sha512: "SHA2_512",
};

function material({ fingerprint }: SigningKey) {
  // cosign's hint: which of many keys it was
  return { publicKey: { hint: fingerprint.toBase64() } };
}

/** What an envelope signs: payload and its type, each with its length (DSSE v1). */
export function envelopeBytes(payload: Uint8Array): Uint8Array {
  return new Uint8Array(dsse.preAuthEncoding(STATEMENT_TYPE, Buffer.from(payload)));
}

/**
 * Signs a statement.
 *
 * @param payload The statement as it is signed.
 * @param key Who signs.
 * @returns The bundle.
 */
export function signStatement(payload: Uint8Array, key: SigningKey): Uint8Array<ArrayBuffer> {
  const signature = key.sign(envelopeBytes(payload));
  return encodeJson({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: material(key),
    dsseEnvelope: {
      payload: payload.toBase64(),
      payloadType: STATEMENT_TYPE,
      signatures: [{ sig: signature.toBase64() }],
    },
  });
}

/**
 * Signs the bytes of a file.
 *
 * @param bytes The file.
 * @param key Who signs.
 * @returns The bundle, as `cosign sign-blob` writes it.
 */
export function signBytes(bytes: Uint8Array, key: SigningKey): Uint8Array<ArrayBuffer> {
  // Ed25519 hashes by itself; the digest then only says which file it is
  const algorithm = key.digest ?? "sha256";
  return encodeJson({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: material(key),
    messageSignature: {
      messageDigest: {
        algorithm: DIGEST_NAMES[algorithm],
        digest: createHash(algorithm).update(bytes).digest("base64"),
      },
      signature: key.sign(bytes).toBase64(),
    },
  });
}
