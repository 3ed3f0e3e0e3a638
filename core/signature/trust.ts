/**
 * Reads what trust is built on (keys, patterns, roots) before any signature is looked at, so that a
 * mistake in it is never told as a bad signature.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { readKey } from "./keys.ts";
import { readTrustedRoot, type TrustedRoot } from "./trusted_root.ts";
import { SignatureError, type SignatureRule } from "./types.ts";

/** The cause alone, without what {@link SignatureError} says before it. */
function causeOf(error: unknown): string {
  if (!(error instanceof SignatureError)) throw error;
  return error.reason.replace(/^the (key|trusted root) cannot be (read|used): /, "");
}

/**
 * Checks that a text is a public key that signatures can be checked with.
 *
 * @param pem The key.
 * @param name What messages call it.
 * @throws {BpfmanError} `public-key-invalid`.
 */
export function checkKey(pem: string, name: string): void {
  try {
    readKey(pem);
  } catch (error) {
    throw new BpfmanError(`Cannot trust the key "${name}": ${causeOf(error)}`, {
      code: "public-key-invalid",
      kind: ErrorKind.POLICY,
      hint: "A key begins with -----BEGIN PUBLIC KEY----- and is of P-256, P-384, P-521, " +
        "Ed25519 or RSA",
    });
  }
}

/**
 * Checks a pattern by itself: one with a parenthesis too many would change what anchors it.
 *
 * @throws {BpfmanError} `usage`.
 */
function checkPattern(pattern: string | undefined): void {
  if (pattern === undefined) return;
  try {
    new RegExp(pattern, "u");
  } catch {
    throw new BpfmanError(
      `Cannot read the pattern "${pattern}": it is no regular expression of ECMAScript`,
      { code: "identity-pattern-invalid", kind: ErrorKind.USAGE },
    );
  }
}

/**
 * Checks the keys and patterns of a rule.
 *
 * @throws {BpfmanError} Which of them is none.
 */
export function checkRule({ keys = [], identities = [] }: SignatureRule): void {
  for (const [at, key] of keys.entries()) checkKey(key, `number ${at + 1}`);
  for (const { subjectPattern, issuerPattern } of identities) {
    checkPattern(subjectPattern);
    checkPattern(issuerPattern);
  }
}

/**
 * Reads a trusted root.
 *
 * @param text Content of `trusted_root.json`; without it, the root of the public-good instance.
 * @param name What messages call it.
 * @throws {BpfmanError} `trusted-root-invalid`.
 */
export async function readRoot(text?: string, name = "trusted_root.json"): Promise<TrustedRoot> {
  if (text === undefined) {
    const { PUBLIC_GOOD_ROOT } = await import("./public_good_root.ts");
    return readTrustedRoot(PUBLIC_GOOD_ROOT);
  }
  try {
    return readTrustedRoot(text);
  } catch (error) {
    throw new BpfmanError(`Cannot trust the root "${name}": ${causeOf(error)}`, {
      code: "trusted-root-invalid",
      kind: ErrorKind.POLICY,
      hint: "Give a trusted_root.json as sigstore and cosign write it",
    });
  }
}
