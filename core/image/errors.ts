/**
 * Failures that images have.
 *
 * @module
 */
import { BpfmanError, type BpfmanErrorOptions, ErrorKind } from "../errors.ts";

/** Codes of these failures, each with its family. */
const KINDS = {
  "image-not-found": ErrorKind.NOT_FOUND,
  "image-not-stored": ErrorKind.NOT_FOUND,
  "image-platform-missing": ErrorKind.NOT_FOUND,
  "image-digest-mismatch": ErrorKind.NETWORK,
  "image-size-mismatch": ErrorKind.NETWORK,
  "image-too-large": ErrorKind.NETWORK,
  "image-media-type": ErrorKind.NETWORK,
  "image-malformed": ErrorKind.NETWORK,
  "image-incomplete": ErrorKind.OTHER,
  "image-form-unknown": ErrorKind.OTHER,
  "image-object-missing": ErrorKind.OTHER,
  "image-objects-many": ErrorKind.OTHER,
  "image-layer-unsafe": ErrorKind.OTHER,
  "image-in-use": ErrorKind.OTHER,
  "image-store": ErrorKind.OTHER,
  "image-layout": ErrorKind.OTHER,
  "image-byte-order": ErrorKind.OTHER,
  "image-object-invalid": ErrorKind.OTHER,
  "image-project": ErrorKind.OTHER,
  "registry-unreachable": ErrorKind.NETWORK,
  "registry-denied": ErrorKind.NETWORK,
  "registry-failed": ErrorKind.NETWORK,
  "registry-redirect": ErrorKind.NETWORK,
  "registry-busy": ErrorKind.NETWORK,
  "credentials-unreadable": ErrorKind.OTHER,
  "credentials-helper": ErrorKind.OTHER,
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** Code of a failure that images have. */
export type ImageErrorCode = keyof typeof KINDS;

/** Words of strangers are in many messages: a terminal must not obey them. */
function onOneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, "?");
}

/** Makes the error of a code; the code decides the family. */
export function imageError(
  code: ImageErrorCode,
  message: string,
  options: Omit<BpfmanErrorOptions, "code" | "kind"> = {},
): BpfmanError {
  return new BpfmanError(onOneLine(message), { ...options, code, kind: KINDS[code] });
}

/** True for a failure of one of these codes. */
export function isImageError(error: unknown, ...codes: ImageErrorCode[]): error is BpfmanError {
  return error instanceof BpfmanError && (codes as readonly string[]).includes(error.code);
}
