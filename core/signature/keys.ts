/**
 * Public keys as cosign uses them: P-256, P-384, P-521, Ed25519 and RSA.
 *
 * @module
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { refused } from "./types.ts";

/** A public key that a rule trusts. */
export interface TrustedKey {
  readonly object: KeyObject;
  /** SHA-256 of its SubjectPublicKeyInfo, hex. */
  readonly fingerprint: string;
}

/** Digests that signers use with each kind of key; for P-384 cosign 2 signs with SHA-256. */
const DIGESTS: Readonly<Record<string, readonly (string | null)[]>> = {
  "ec:prime256v1": ["sha256"],
  "ec:secp384r1": ["sha384", "sha256"],
  "ec:secp521r1": ["sha512", "sha256"],
  rsa: ["sha256", "sha384", "sha512"],
  ed25519: [null],
};

/** Kind of a key: its type, with the curve where it has one. */
export function kindOf(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return curve === undefined ? key.asymmetricKeyType ?? "" : `${key.asymmetricKeyType}:${curve}`;
}

/** Digest names that a signature of this key may have been made with. */
export function digestsOf(key: KeyObject): readonly (string | null)[] {
  return DIGESTS[kindOf(key)] ?? [];
}

/**
 * Reads a public key.
 *
 * @param pem The key as `-----BEGIN PUBLIC KEY-----` or, for RSA, `-----BEGIN RSA PUBLIC KEY-----`.
 * @throws {SignatureError} When it is no public key, or of a kind that is not trusted.
 */
export function readKey(pem: string): TrustedKey {
  if (!pem.includes("PUBLIC KEY-----")) {
    throw refused("the key cannot be read: it is no public key in PEM form");
  }
  let object: KeyObject;
  try {
    object = createPublicKey(pem);
  } catch (cause) {
    throw refused("the key cannot be read: its content is no public key", cause);
  }
  if (digestsOf(object).length === 0) {
    throw refused(
      `the key cannot be used: "${kindOf(object)}" is not one of ${
        Object.keys(DIGESTS).join(", ")
      }`,
    );
  }
  const bytes = object.export({ format: "der", type: "spki" });
  return { object, fingerprint: createHash("sha256").update(bytes).digest("hex") };
}

/** True when the signature over the bytes is the key's, with any digest that goes with the key. */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return digestsOf(key).some((digest) => {
    try {
      return verify(digest, bytes, key, signature);
    } catch {
      // what is no signature of this kind at all makes the library throw
      return false;
    }
  });
}
