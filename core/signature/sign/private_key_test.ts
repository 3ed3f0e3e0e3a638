import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject, scryptSync } from "node:crypto";
import { xsalsa20poly1305 } from "npm:@noble/ciphers@2.4.0/salsa.js";
import { isSignedBy } from "../keys.ts";
import { readSigningKey, type SigningKeyText } from "./private_key.ts";

const BYTES = new TextEncoder().encode("what is signed");
const PASSWORD = "correct horse";

function makeKey(kind: string): KeyObject {
  if (kind === "ed25519") return generateKeyPairSync("ed25519").privateKey;
  if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync("ec", { namedCurve: kind }).privateKey;
}

type Form = "pkcs8" | "sec1" | "pkcs1";

function pem(key: KeyObject, type: Form = "pkcs8"): string {
  return String(key.export({ format: "pem", type }));
}

/** An encrypted key in cosign's form, made with the same primitives. */
function boxed(key: KeyObject, changes: Readonly<Record<string, unknown>> = {}): string {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(24));
  const params = { N: 1024, r: 8, p: 1 };
  const secret = Uint8Array.from(scryptSync(PASSWORD, salt, 32, params));
  const der = Uint8Array.from(key.export({ format: "der", type: "pkcs8" }));
  const json = {
    kdf: { name: "scrypt", params, salt: salt.toBase64() },
    cipher: { name: "nacl/secretbox", nonce: nonce.toBase64() },
    ciphertext: xsalsa20poly1305(secret, nonce).encrypt(der).toBase64(),
    ...changes,
  };
  const body = new TextEncoder().encode(JSON.stringify(json)).toBase64();
  const lines = body.match(/.{1,64}/g)?.join("\n");
  const line = (word: string) => `-----${word} ENCRYPTED SIGSTORE PRIVATE KEY-----`;
  return `${line("BEGIN")}\n${lines}\n${line("END")}\n`;
}

async function signs(text: SigningKeyText, key: KeyObject): Promise<void> {
  const signing = await readSigningKey(text);
  const half = createPublicKey(key);
  ok(isSignedBy(half, BYTES, signing.sign(BYTES)), "the signature is not the key's");
  strictEqual(signing.publicKey, String(half.export({ format: "pem", type: "spki" })));
}

const FORMS: readonly [string, Form, string | null][] = [
  ["P-256", "pkcs8", "sha256"],
  ["P-256", "sec1", "sha256"],
  ["P-384", "pkcs8", "sha384"],
  ["P-384", "sec1", "sha384"],
  ["P-521", "pkcs8", "sha512"],
  ["P-521", "sec1", "sha512"],
  ["ed25519", "pkcs8", null],
  ["rsa", "pkcs8", "sha256"],
  ["rsa", "pkcs1", "sha256"],
];

for (const [kind, form, digest] of FORMS) {
  Deno.test(`readSigningKey() reads ${kind} in ${form} form and signs by ${digest}`, async () => {
    const key = makeKey(kind);
    await signs({ text: pem(key, form) }, key);
    strictEqual((await readSigningKey({ text: pem(key, form) })).digest, digest);
  });
}

Deno.test("readSigningKey() minds no blank lines around a key", async () => {
  const key = makeKey("P-256");
  await signs({ text: `\n${pem(key)}\n \n` }, key);
});

Deno.test("readSigningKey() opens an encrypted PKCS #8 key", async () => {
  const key = makeKey("P-256");
  const options = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc" } as const;
  const text = String(key.export({ ...options, passphrase: PASSWORD }));
  await signs({ text, password: PASSWORD }, key);
  await rejects(readSigningKey({ text, password: "other", name: "k" }), /does not open it/);
  await rejects(readSigningKey({ text }), { code: "signing-key-password" });
});

Deno.test("readSigningKey() opens a key that cosign encrypted, in both spellings", async () => {
  const key = makeKey("P-256");
  const text = boxed(key);
  await signs({ text, password: PASSWORD }, key);
  const old = text.replaceAll("SIGSTORE", "COSIGN");
  await signs({ text: old, password: PASSWORD }, key);
  await rejects(readSigningKey({ text, password: "other" }), /the password does not open it/);
  await rejects(readSigningKey({ text }), { code: "signing-key-password" });
});

Deno.test("readSigningKey() refuses boxes of another kind, and those that eat the memory", async () => {
  const key = makeKey("P-256");
  const salt = "AAAA";
  const kdf = (params: unknown) => ({ kdf: { name: "scrypt", params, salt } });
  const cases: readonly [Record<string, unknown>, RegExp][] = [
    [kdf({ N: 2 ** 24, r: 8, p: 1 }), /would take too much memory/],
    [kdf({ N: 1000, r: 8, p: 1 }), /scrypt parameters are impossible/],
    [kdf({ N: -1, r: 8, p: 1 }), /not stretched by scrypt/],
    [{ kdf: { name: "pbkdf2" } }, /not stretched by scrypt/],
    [{ cipher: { name: "aes" } }, /not encrypted by nacl\/secretbox/],
    [{ ciphertext: "%" }, /not base64/],
  ];
  for (const [changes, reason] of cases) {
    await rejects(readSigningKey({ text: boxed(key, changes), password: PASSWORD }), reason);
  }
});

Deno.test("readSigningKey() refuses what is no private key, and never quotes it", async () => {
  const key = makeKey("P-256");
  const half = String(createPublicKey(key).export({ format: "pem", type: "spki" }));
  const body = pem(key).split("\n")[1] ?? "";
  const cases: readonly [string, RegExp][] = [
    [half, /it is a public key/],
    ["secret", /no private key in PEM form/],
    [pem(key).replace(body, `AAAA${body.slice(4)}`), /its content is no private key/],
    [pem(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey), /./],
  ];
  for (const [text, reason] of cases) {
    const error = await readSigningKey({ text, name: "the.key" }).then(() => null, (one) => one);
    ok(error instanceof Error, `${reason} was taken`);
    match(error.message, reason);
    match(error.message, /^Cannot sign with the key "the\.key": /);
    ok(!error.message.includes(body.slice(8)), "the message quotes the key");
  }
});
