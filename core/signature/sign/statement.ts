/**
 * Writes in-toto statements: what is said of which digest.
 *
 * @module
 */
import { encodeJson } from "../../image/documents.ts";
import { COSIGN_SIGN_PREDICATE } from "../statement.ts";

const TYPE = "https://in-toto.io/Statement/v1";

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex !== undefined) return hex;
  throw new RangeError(`Cannot speak of "${digest}": expected sha256 and 64 hexadecimal digits`);
}

/**
 * The statement by which cosign 3 says "this image is signed".
 *
 * @param digest `sha256:…` of the index or manifest.
 */
export function encodeSignStatement(digest: string): Uint8Array<ArrayBuffer> {
  return encodeJson({
    _type: TYPE,
    subject: [{ digest: { sha256: hexOf(digest) }, annotations: {} }],
    predicateType: COSIGN_SIGN_PREDICATE,
    predicate: {},
  });
}

/** Arguments of {@link encodeStatement}. */
export interface StatementParts {
  /** `sha256:…` of the index or manifest that is spoken of. */
  readonly digest: string;
  readonly predicateType: string;
  readonly predicate: unknown;
}

/**
 * A statement about an image. It names the image by its digest only, so that it holds wherever the
 * image is copied to.
 */
export function encodeStatement(
  { digest, predicateType, predicate }: StatementParts,
): Uint8Array<ArrayBuffer> {
  return encodeJson({
    _type: TYPE,
    subject: [{ digest: { sha256: hexOf(digest) } }],
    predicateType,
    predicate,
  });
}
