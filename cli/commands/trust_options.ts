/**
 * Options of commands that bring objects: who is trusted, and by which policy.
 *
 * @module
 */
import type { OptionSpec } from "../command.ts";
import {
  IDENTITY,
  IDENTITY_PATTERN,
  ISSUER,
  ISSUER_PATTERN,
  KEYS,
  TLOG,
  TRUSTED_ROOT,
} from "./signature_options.ts";

/** The policy file. */
export const POLICY: OptionSpec<"text"> = {
  name: "policy",
  type: "text",
  placeholder: "FILE",
  summary: "Policy to go by",
  defaultText: "that of the configuration, else /etc/bpfman/policy.json",
};

/** The bundle of a file. */
export const FILE_BUNDLE: OptionSpec<"text"> = {
  name: "bundle",
  type: "text",
  placeholder: "FILE",
  summary: "Sigstore bundle with the signature of the file",
  defaultText: "PATH.sigstore.json",
};

/** An exception for one content. */
export const ALLOW_UNSIGNED: OptionSpec<"text"> = {
  name: "allow-unsigned",
  type: "text",
  placeholder: "DIGEST",
  summary: "Let in the image with this very digest unsigned; has no effect on a policy file",
};

/** Who must have signed. */
export const SIGNER_OPTIONS: readonly OptionSpec[] = [
  KEYS,
  IDENTITY,
  IDENTITY_PATTERN,
  ISSUER,
  ISSUER_PATTERN,
  TRUSTED_ROOT,
  TLOG,
];

/** Options of every command that brings objects. */
export const TRUST_OPTIONS: readonly OptionSpec[] = [...SIGNER_OPTIONS, ALLOW_UNSIGNED, POLICY];
