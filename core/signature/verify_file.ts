/**
 * Verifies a file, or its digest, against a bundle: what `cosign verify-blob` and the protocol of
 * sigstore-conformance do.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Artifact, checkBundle } from "./bundle.ts";
import { readStatement } from "./statement.ts";
import type { TrustedRoot } from "./trusted_root.ts";
import { refused, type SignatureRule, type Signer } from "./types.ts";

/** Arguments of {@link verifyFile}. */
export interface FileVerification {
  /** Text of the bundle. */
  readonly bundle: string;
  readonly artifact: Artifact;
  readonly rule: SignatureRule;
  readonly root?: TrustedRoot;
}

function digestOf(artifact: Artifact): string {
  return "digest" in artifact
    ? artifact.digest.toHex()
    : createHash("sha256").update(artifact.bytes).digest("hex");
}

/**
 * Verifies a file. An envelope must name the file's digest among its subjects.
 *
 * @returns Who signed it.
 * @throws {SignatureError} Why the signature does not count.
 */
export function verifyFile({ bundle, artifact, rule, root }: FileVerification): Signer {
  let json: unknown;
  try {
    json = JSON.parse(bundle);
  } catch (cause) {
    throw refused("it is no sigstore bundle: it is not JSON", cause);
  }
  const trust = root === undefined ? {} : { root };
  const { signer, envelope } = checkBundle({ json, artifact, rule, ...trust });
  if (envelope !== null && !readStatement(envelope).subjects.includes(digestOf(artifact))) {
    throw refused("its statement speaks of another file");
  }
  return signer;
}
