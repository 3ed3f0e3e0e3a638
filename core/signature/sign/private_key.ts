/**
 * Private keys to sign with.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { BpfmanError } from "../../errors.ts";
import { digestsOf, kindOf } from "../keys.ts";
import { decryptKey, isEncryptedKey } from "./encrypted_key.ts";
import { keyError, passwordError } from "./key_errors.ts";

/** A private key as a file has it. */
export interface SigningKeyText {
  /** PEM: PKCS #8, SEC 1, PKCS #1, or cosign's encrypted form. */
  readonly text: string;
  /** What messages call it. @default "key" */
  readonly name?: string;
  /** Password of an encrypted key. @default none */
  readonly password?: string;
}

/** A key that can sign. */
export interface SigningKey {
  /** The public half, PEM. */
  readonly publicKey: string;
  /** SHA-256 of the public half's SubjectPublicKeyInfo: 32 bytes. */
  readonly fingerprint: Uint8Array;
  /** Digest that it signs with; null for Ed25519, which hashes by itself. */
  readonly digest: string | null;
  /** Signs some bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

async function readObject({ text, name = "key", password }: SigningKeyText): Promise<KeyObject> {
  if (isEncryptedKey(text)) {
    if (password === undefined) throw passwordError(name, "it is encrypted, no password is given");
    const der = await decryptKey(text, password, name);
    return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  }
  if (/-----BEGIN PUBLIC KEY-----/.test(text)) {
    throw keyError(name, "it is a public key, the private one signs");
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw keyError(name, "it is no private key in PEM form");
  }
  const isEncrypted = /-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(text);
  if (isEncrypted && password === undefined) {
    throw passwordError(name, "it is encrypted, no password is given");
  }
  try {
    // a blank line at the end, as secrets of pipelines often have, is too much for Deno 2.9
    return createPrivateKey({ key: text.trim(), ...(isEncrypted ? { passphrase: password } : {}) });
  } catch (cause) {
    if (isEncrypted) throw passwordError(name, "the password does not open it");
    throw keyError(name, "its content is no private key", cause);
  }
}

/**
 * Reads a private key.
 *
 * @param key The key, its name, its password.
 * @throws {BpfmanError} When it is none, of a kind that is not signed with, or cannot be opened.
 */
export async function readSigningKey(key: SigningKeyText): Promise<SigningKey> {
  const { name = "key" } = key;
  let object: KeyObject;
  try {
    object = await readObject(key);
  } catch (error) {
    // what Node says of a key may quote it
    if (error instanceof BpfmanError) throw error;
    throw keyError(name, "its content is no private key");
  }
  const [digest] = digestsOf(object);
  if (digest === undefined) throw keyError(name, `its kind "${kindOf(object)}" is not known`);
  const half = createPublicKey(object);
  const spki = half.export({ format: "der", type: "spki" });
  return {
    publicKey: String(half.export({ format: "pem", type: "spki" })),
    fingerprint: new Uint8Array(createHash("sha256").update(spki).digest()),
    digest,
    sign: (bytes) => new Uint8Array(sign(digest, bytes, object)),
  };
}
