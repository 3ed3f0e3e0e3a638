/**
 * Whether a certificate's owner is one that a rule trusts. Texts are compared here and not by the
 * sigstore library, which searches for its argument as a pattern anywhere in the text.
 *
 * @module
 */
import type { IdentityRule } from "./types.ts";

/** The owner of a certificate. */
export interface Identity {
  readonly subject: string;
  readonly issuer: string;
}

function isMatch(text: string, exact: string | undefined, pattern: string | undefined): boolean {
  if (text === "") return false;
  if (exact !== undefined && text !== exact) return false;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(text)) return false;
  return exact !== undefined || pattern !== undefined;
}

/** True when the rule names this owner; a rule without a subject or without an issuer names nobody. */
export function isTrustedIdentity({ subject, issuer }: Identity, rule: IdentityRule): boolean {
  return isMatch(subject, rule.subject, rule.subjectPattern) &&
    isMatch(issuer, rule.issuer, rule.issuerPattern);
}
