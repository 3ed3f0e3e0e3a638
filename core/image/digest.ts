/**
 * Bytes against what they are said to be.
 *
 * @module
 */
import { imageError } from "./errors.ts";
import type { Descriptor } from "./types.ts";

/** `sha256:…` or `sha512:…` of some bytes. */
export async function digestOf(
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: "sha256" | "sha512" = "sha256",
): Promise<string> {
  const name = algorithm === "sha256" ? "SHA-256" : "SHA-512";
  const hash = new Uint8Array(await crypto.subtle.digest(name, bytes));
  return `${algorithm}:${hash.toHex()}`;
}

/** The digest of the same kind as another. */
export function digestLike(bytes: Uint8Array<ArrayBuffer>, other: string): Promise<string> {
  return digestOf(bytes, other.startsWith("sha512:") ? "sha512" : "sha256");
}

/**
 * Compares bytes with a descriptor.
 *
 * @param bytes What was read.
 * @param descriptor What it is said to be.
 * @param holder Who gave the bytes, for messages.
 * @throws {BpfmanError} When size or digest differ.
 */
export async function verifyBytes(
  bytes: Uint8Array<ArrayBuffer>,
  descriptor: Pick<Descriptor, "digest" | "size">,
  holder: string,
): Promise<void> {
  const { digest, size } = descriptor;
  if (bytes.length !== size) {
    throw imageError(
      "image-size-mismatch",
      `Cannot use ${digest} of "${holder}": it has ${bytes.length} bytes, not ${size}`,
    );
  }
  const found = await digestLike(bytes, digest);
  if (found === digest) return;
  throw imageError(
    "image-digest-mismatch",
    `Cannot use ${digest} of "${holder}": its bytes have the digest ${found}`,
    { hint: "Whoever serves it has changed or damaged it" },
  );
}
