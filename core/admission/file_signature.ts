/**
 * Whether a file is signed by whom a rule trusts, by the bundle beside it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { checkBundle } from "../signature/bundle.ts";
import { COSIGN_SIGN_PREDICATE, readStatement } from "../signature/statement.ts";
import { refused, SignatureError } from "../signature/types.ts";
import type { ImageVerdict } from "../signature/verify_image.ts";
import type { SignatureQuestion } from "./signatures.ts";

/** A bundle with the path that it was read from. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused("it is no sigstore bundle: it is not JSON", cause);
  }
}

function check(
  bytes: Uint8Array,
  { path, text }: BundleFile,
  { rule, root, predicateType }: SignatureQuestion,
): ImageVerdict {
  const { signer, envelope } = checkBundle({ json: parse(text), artifact: { bytes }, rule, root });
  if (envelope === null) {
    if (predicateType !== undefined) throw refused("it is a signature and no attestation");
    return { kind: "signed", signer, where: path, predicate: null };
  }
  const statement = readStatement(envelope);
  const wanted = predicateType ?? COSIGN_SIGN_PREDICATE;
  if (statement.predicateType !== wanted) {
    throw refused(`it is an attestation (${statement.predicateType}), wanted is "${wanted}"`);
  }
  if (!statement.subjects.includes(createHash("sha256").update(bytes).digest("hex"))) {
    throw refused("its statement speaks of another file");
  }
  const predicate = predicateType === undefined ? null : statement.predicate;
  return { kind: "signed", signer, where: path, predicate };
}

/**
 * Verifies a file.
 *
 * @param bytes The whole file, as it will be loaded.
 * @param bundle The bundle; undefined where there is none.
 * @param question Who must have signed.
 */
export function verifyFileBundle(
  bytes: Uint8Array,
  bundle: BundleFile | undefined,
  question: SignatureQuestion,
): ImageVerdict {
  if (bundle === undefined) return { kind: "unsigned" };
  try {
    return check(bytes, bundle, question);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return { kind: "refused", reasons: [`${bundle.path}: ${error.reason}`] };
  }
}
