/**
 * Options that say who signs.
 *
 * @module
 */
import type { OptionSpec } from "../command.ts";

/** Private key. */
export const SIGNING_KEY = {
  name: "key",
  type: "text",
  placeholder: "FILE",
  summary: "Private key (PEM, or cosign's own form) to sign with",
  isRequired: true,
} as const satisfies OptionSpec<"text">;

/** Password of the private key. */
export const PASSWORD_FILE: OptionSpec<"text"> = {
  name: "password-file",
  type: "text",
  placeholder: "FILE",
  summary: "File with the password of an encrypted private key",
  defaultText: "$COSIGN_PASSWORD",
};

/** Private key of a build. */
export const BUILD_KEY: OptionSpec<"text"> = {
  name: "sign-key",
  type: "text",
  placeholder: "FILE",
  summary: "Private key (PEM, or cosign's own form): signs the image and what is said of it",
};
