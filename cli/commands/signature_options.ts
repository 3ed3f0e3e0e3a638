/**
 * Options that say who must have signed.
 *
 * @module
 */
import type { OptionSpec } from "../command.ts";

/** Public keys. */
export const KEYS: OptionSpec<"text"> = {
  name: "key",
  type: "text",
  placeholder: "FILE",
  summary: "Public key (PEM) whose signatures are trusted; repeatable",
  repeat: true,
};

/** Owner of the certificate. */
export const IDENTITY: OptionSpec<"text"> = {
  name: "certificate-identity",
  type: "text",
  placeholder: "IDENTITY",
  summary: "Mail address or URI that the certificate must name, exactly",
};

/** Owner of the certificate, as a pattern. */
export const IDENTITY_PATTERN: OptionSpec<"text"> = {
  name: "certificate-identity-regexp",
  type: "text",
  placeholder: "PATTERN",
  summary: "The same as a regular expression of the whole text",
};

/** Issuer of the identity. */
export const ISSUER: OptionSpec<"text"> = {
  name: "certificate-oidc-issuer",
  type: "text",
  placeholder: "URL",
  summary: "Who must have vouched for the identity, exactly",
};

/** Issuer of the identity, as a pattern. */
export const ISSUER_PATTERN: OptionSpec<"text"> = {
  name: "certificate-oidc-issuer-regexp",
  type: "text",
  placeholder: "PATTERN",
  summary: "The same as a regular expression of the whole text",
};

/** Authorities and logs. */
export const TRUSTED_ROOT: OptionSpec<"text"> = {
  name: "trusted-root",
  type: "text",
  placeholder: "FILE",
  summary: "trusted_root.json with authorities and logs",
  defaultText: 'sigstore\'s public-good instance, see "trust show"',
};

/** Whether a log must have an entry. */
export const TLOG: OptionSpec<"tlog"> = {
  name: "tlog",
  type: "tlog",
  placeholder: "required|optional",
  summary: "Whether a transparency log must have an entry of the signature",
  defaultText: "required for certificates, optional for keys",
};
