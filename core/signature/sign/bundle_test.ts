import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { COSIGN_SIGN_PREDICATE, readStatement, STATEMENT_TYPE } from "../statement.ts";
import { verifyFile } from "../verify_file.ts";
import { envelopeBytes, signBytes, signStatement } from "./bundle.ts";
import { readSigningKey } from "./private_key.ts";
import { encodeSignStatement } from "./statement.ts";

const HEX = "0ef6fb2e1f19e170b523b5d6d52ab5ddde6512cae8ef825d730b643eb5153fc2";

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function newKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return await readSigningKey({ text: String(privateKey.export({ format: "pem", type: "sec1" })) });
}

Deno.test("envelopeBytes() gives type and payload with their lengths in bytes", () => {
  strictEqual(
    text(envelopeBytes(new TextEncoder().encode("größe"))),
    "DSSEv1 28 application/vnd.in-toto+json 7 größe",
  );
});

Deno.test("encodeSignStatement() writes what readStatement() reads", () => {
  const payload = encodeSignStatement(`sha256:${HEX}`);
  deepStrictEqual(readStatement({ payloadType: STATEMENT_TYPE, payload }), {
    predicateType: COSIGN_SIGN_PREDICATE,
    subjects: [HEX],
    predicate: {},
  });
});

Deno.test("signStatement() writes a bundle with the key's hint and one signature", async () => {
  const key = await newKey();
  const payload = encodeSignStatement(`sha256:${HEX}`);
  const bundle = JSON.parse(text(signStatement(payload, key)));
  const { sig } = bundle.dsseEnvelope.signatures[0];
  deepStrictEqual(bundle, {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: key.fingerprint.toBase64() } },
    dsseEnvelope: {
      payload: payload.toBase64(),
      payloadType: "application/vnd.in-toto+json",
      signatures: [{ sig }],
    },
  });
  ok(sig.length > 80);
});

Deno.test("signBytes() writes what verifyFile() takes, by its bytes and by its digest", async () => {
  const key = await newKey();
  const bytes = new TextEncoder().encode("an object");
  const bundle = text(signBytes(bytes, key));
  const { messageDigest } = JSON.parse(bundle).messageSignature;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  deepStrictEqual(messageDigest, { algorithm: "SHA2_256", digest: digest.toBase64() });
  for (const artifact of [{ bytes }, { digest }]) {
    const signer = verifyFile({ bundle, artifact, rule: { keys: [key.publicKey] } });
    deepStrictEqual(signer, { kind: "key", fingerprint: key.fingerprint.toHex() });
  }
});
