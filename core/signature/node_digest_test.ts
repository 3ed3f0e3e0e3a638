import { strictEqual } from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign, verify as original } from "node:crypto";
import nodeCrypto from "node:crypto";
import { installDefaultDigest } from "./node_digest.ts";

const DATA = new TextEncoder().encode("what is signed");

/** Deno's own `verify()`, asked without a digest name. */
function verifyByDefault(): boolean {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signature = sign("sha256", DATA, privateKey);
  try {
    // a named import is bound when it is made, so that the mend does not touch it
    return original(undefined, DATA, publicKey, signature);
  } catch {
    return false;
  }
}

Deno.test("Deno still needs installDefaultDigest(): remove it when this fails", () => {
  strictEqual(verifyByDefault(), false);
});

const PAIRS: readonly (readonly [
  string,
  string | null,
  () => {
    readonly publicKey: KeyObject;
    readonly privateKey: KeyObject;
  },
])[] = [
  ["P-256", "sha256", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ["P-384", "sha256", () => generateKeyPairSync("ec", { namedCurve: "P-384" })],
  ["RSA", "sha256", () => generateKeyPairSync("rsa", { modulusLength: 1024 })],
  ["Ed25519", null, () => generateKeyPairSync("ed25519")],
];

for (const [name, digest, make] of PAIRS) {
  Deno.test(`installDefaultDigest() lets verify() pick the digest of ${name}`, () => {
    installDefaultDigest();
    const { publicKey, privateKey } = make();
    const signature = sign(digest, DATA, privateKey);
    strictEqual(nodeCrypto.verify(undefined, DATA, publicKey, signature), true);
    strictEqual(nodeCrypto.verify(undefined, DATA.slice(1), publicKey, signature), false);
  });
}
