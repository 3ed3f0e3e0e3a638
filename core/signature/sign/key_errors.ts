/**
 * What can be wrong with a private key.
 *
 * @module
 */
import { BpfmanError } from "../../errors.ts";

/** The error for what is no private key that can sign. */
export function keyError(name: string, why: string, cause?: unknown): BpfmanError {
  return new BpfmanError(`Cannot sign with the key "${name}": ${why}`, {
    code: "signing-key-invalid",
    hint: "A private key is in PEM form (PKCS #8, SEC 1, PKCS #1 or cosign's own) and of P-256, " +
      "P-384, P-521, Ed25519 or RSA",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a key whose password is missing or another. */
export function passwordError(name: string, why: string): BpfmanError {
  return new BpfmanError(`Cannot sign with the key "${name}": ${why}`, {
    code: "signing-key-password",
    hint: "Give the password in $COSIGN_PASSWORD or with --password-file FILE",
  });
}
