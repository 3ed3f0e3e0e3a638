/**
 * Private keys as `cosign generate-key-pair` writes them: scrypt over a password opens a secretbox of
 * NaCl (XSalsa20 and Poly1305) in which the key is.
 *
 * @module
 */
import { scryptSync } from "node:crypto";
import { isObject, type JsonObject } from "../../image/documents.ts";
import { keyError, passwordError } from "./key_errors.ts";

/** First line of such a key; the second spelling is that of cosign 1. */
const FORM =
  /-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END ENCRYPTED \1 PRIVATE KEY-----/;

/** Most work that a key may ask for: cosign's own is N = 65536, r = 8, which takes 64 MB. */
const MOST_MEMORY = 256 * 1024 * 1024;
const KEY_BYTES = 32;

interface Box {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** True for the text of an encrypted key of cosign. */
export function isEncryptedKey(text: string): boolean {
  return FORM.test(text);
}

function bytesOf(value: unknown, name: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(String(value));
  } catch {
    throw keyError(name, "a part of it is not base64");
  }
}

function readBody(text: string, name: string): JsonObject {
  const packed = FORM.exec(text)?.[2]?.replace(/\s/g, "") ?? "";
  const bytes = bytesOf(packed, name);
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(json)) return json;
  } catch {
    // told below, without a word of what is in it
  }
  throw keyError(name, "its content is not cosign's");
}

function readBox(text: string, name: string): Box {
  const { kdf, cipher, ciphertext } = readBody(text, name);
  const { N, r, p } = isObject(kdf) && isObject(kdf["params"]) ? kdf["params"] : {};
  const isWork = [N, r, p].every((one) => Number.isSafeInteger(one) && Number(one) > 0);
  if (!isObject(kdf) || kdf["name"] !== "scrypt" || !isWork) {
    throw keyError(name, "its password is not stretched by scrypt");
  }
  if (!isObject(cipher) || cipher["name"] !== "nacl/secretbox") {
    throw keyError(name, "it is not encrypted by nacl/secretbox");
  }
  const [cost, blockSize, parallelization] = [Number(N), Number(r), Number(p)];
  if (128 * cost * blockSize * parallelization > MOST_MEMORY) {
    throw keyError(name, "opening it would take too much memory");
  }
  return {
    cost,
    blockSize,
    parallelization,
    salt: bytesOf(kdf["salt"], name),
    nonce: bytesOf(cipher["nonce"], name),
    ciphertext: bytesOf(ciphertext, name),
  };
}

function stretch(password: string, { cost, blockSize, parallelization, salt }: Box): Uint8Array {
  return scryptSync(new TextEncoder().encode(password), salt, KEY_BYTES, {
    N: cost,
    r: blockSize,
    p: parallelization,
    maxmem: 2 * MOST_MEMORY,
  });
}

function stretchChecked(password: string, box: Box, name: string): Uint8Array {
  try {
    return stretch(password, box);
  } catch (cause) {
    throw keyError(name, "its scrypt parameters are impossible", cause);
  }
}

/**
 * Opens an encrypted key of cosign.
 *
 * @param text The key as its file has it.
 * @param password The password; the empty one is what `cosign generate-key-pair` takes for none.
 * @param name What messages call it.
 * @returns The key in PKCS #8 form, DER.
 * @throws {BpfmanError} When it is no such key, or the password is another.
 */
export async function decryptKey(
  text: string,
  password: string,
  name: string,
): Promise<Uint8Array> {
  // only whoever has such a key needs the cipher
  const { xsalsa20poly1305 } = await import("@noble/ciphers/salsa.js");
  const box = readBox(text, name);
  const key = stretchChecked(password, box, name);
  try {
    return xsalsa20poly1305(Uint8Array.from(key), box.nonce).decrypt(box.ciphertext);
  } catch {
    throw passwordError(name, "the password does not open it");
  }
}
