/**
 * What was signed, in the form that the verifier asks: the bytes of a file, a file of which only the
 * digest is known, or an envelope.
 *
 * @module
 */
import { type KeyObject, publicDecrypt } from "node:crypto";
import { p256 } from "npm:@noble/curves@2.2.0/nist.js";
import type { SignedEntity } from "npm:@sigstore/verify@4.1.3";
import { isSignedBy } from "./keys.ts";

/** What the verifier asks of a signature. */
export type SignedContent = SignedEntity["signature"];

/** DigestInfo of SHA-256 ahead of the digest itself (RFC 8017, 9.2). */
const SHA256_INFO = Uint8Array.fromHex("3031300d060960864801650304020105000420");

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function uncompressedPoint(key: KeyObject): Uint8Array {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const part = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  return new Uint8Array([4, ...part(x), ...part(y)]);
}

/** True when the signature is the key's over a file with this SHA-256 digest. */
function isDigestSignedBy(
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (key.asymmetricKeyType === "rsa") {
      return isEqual(publicDecrypt(key, signature), new Uint8Array([...SHA256_INFO, ...digest]));
    }
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return false;
    const point = uncompressedPoint(key);
    return p256.verify(signature, digest, point, { prehash: false, format: "der", lowS: false });
  } catch {
    // what is no signature of this kind at all makes the libraries throw
    return false;
  }
}

/** Takes over the check of the signature itself, which depends on what is known of the file. */
export function withCheck(
  content: SignedContent,
  isGood: (key: KeyObject) => boolean,
): SignedContent {
  return {
    signature: content.signature,
    compareSignature: (other) => content.compareSignature(other),
    compareDigest: (other) => content.compareDigest(other),
    compareSignedDigest: (other) => content.compareSignedDigest(other),
    verifySignature: isGood,
  };
}

/** The content of a file whose bytes are at hand. */
export function fileContent(content: SignedContent, bytes: Uint8Array): SignedContent {
  return withCheck(content, (key) => isSignedBy(key, bytes, content.signature));
}

/** The content of a file of which only the SHA-256 digest is at hand. */
export function digestContent(content: SignedContent, digest: Uint8Array): SignedContent {
  return withCheck(content, (key) => isDigestSignedBy(key, digest, content.signature));
}
