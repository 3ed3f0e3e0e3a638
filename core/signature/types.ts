/**
 * Who must have signed, and who did.
 *
 * @module
 */

/** A certificate's owner. Each part is given exactly or as a pattern of the whole text. */
export interface IdentityRule {
  /** Subject alternative name: a mail address or URI. */
  readonly subject?: string;
  /** Pattern of the whole subject (ECMAScript, flag `u`, anchored at both ends). */
  readonly subjectPattern?: string;
  /** Issuer of the identity, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer?: string;
  /** Pattern of the whole issuer. */
  readonly issuerPattern?: string;
}

/** What a signature must be to count. Any one key or identity is enough. */
export interface SignatureRule {
  /** Public keys, PEM. @default none is trusted */
  readonly keys?: readonly string[];
  /** Owners of certificates. @default none is trusted */
  readonly identities?: readonly IdentityRule[];
  /**
   * Whether an entry of a transparency log is demanded. @default true for certificates, false for keys
   */
  readonly tlog?: boolean;
}

/** Who signed. */
export type Signer =
  | {
    readonly kind: "key";
    /** SHA-256 of the key's SubjectPublicKeyInfo, hex. */
    readonly fingerprint: string;
  }
  | {
    readonly kind: "certificate";
    /** Subject alternative name of the certificate. */
    readonly subject: string;
    /** Issuer of the identity. */
    readonly issuer: string;
  };

/** A signature that does not count, and why. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
  /** The reason alone, in words that follow "Cannot trust the signature: ". */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot trust the signature: ${reason}`, options);
    this.reason = reason;
  }
}

/** The error for a signature that does not count. */
export function refused(reason: string, cause?: unknown): SignatureError {
  return new SignatureError(reason, cause === undefined ? undefined : { cause });
}
