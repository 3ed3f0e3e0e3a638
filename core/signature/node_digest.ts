/**
 * A mend for `node:crypto` of Deno: Node picks SHA-256 where `verify()` is given no digest name for an
 * EC or RSA key, Deno throws. The sigstore libraries rely on Node's choice and take the error for a bad
 * signature. A test vector tells when this can go.
 *
 * @module
 */
import nodeCrypto from "node:crypto";

type Verify = typeof nodeCrypto.verify;

/** Key types that hash by themselves: for them no digest name is right. */
const SELF_HASHING: readonly unknown[] = ["ed25519", "ed448"];

let isInstalled = false;

function keyTypeOf(key: unknown): unknown {
  if (typeof key !== "object" || key === null) return undefined;
  if ("asymmetricKeyType" in key) return key.asymmetricKeyType;
  return "key" in key ? keyTypeOf(key.key) : undefined;
}

/** Gives `verify()` Node's default digest. Does nothing when that was done before. */
export function installDefaultDigest(): void {
  if (isInstalled) return;
  isInstalled = true;
  // the libraries hold the module's object, so that its property is what they call
  const target: { verify: Verify } = nodeCrypto;
  const original = target.verify;
  const mended = (...words: Parameters<Verify>) => {
    const [algorithm, data, key, ...rest] = words;
    const fallback = SELF_HASHING.includes(keyTypeOf(key)) ? null : "sha256";
    return original.call(nodeCrypto, algorithm ?? fallback, data, key, ...rest);
  };
  target.verify = mended as Verify;
}
