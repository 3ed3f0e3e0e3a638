/**
 * In-toto statements: what an envelope says of which digest.
 *
 * @module
 */
import { refused } from "./types.ts";

/** Media type of a statement in an envelope (in-toto attestation framework, v1). */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";
/** Predicate by which cosign 3 says "this image is signed". */
export const COSIGN_SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

/** A statement. */
export interface Statement {
  readonly predicateType: string;
  /** SHA-256 digests of what it speaks about, hex. */
  readonly subjects: readonly string[];
  readonly predicate: unknown;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function subjectDigest(subject: unknown): string[] {
  if (!isRecord(subject) || !isRecord(subject.digest)) return [];
  const { sha256 } = subject.digest;
  return typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? [sha256] : [];
}

/**
 * Reads the statement in an envelope.
 *
 * @throws {SignatureError} When it is none.
 */
export function readStatement(
  { payloadType, payload }: { readonly payloadType: string; readonly payload: Uint8Array },
): Statement {
  if (payloadType !== STATEMENT_TYPE) {
    throw refused(`its envelope holds "${payloadType}" and no statement`);
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw refused("its statement is not JSON", cause);
  }
  const { _type: type, predicateType, subject, predicate } = isRecord(json) ? json : {};
  const isStatement = typeof type === "string" &&
    /^https:\/\/in-toto\.io\/Statement\/v(1|0\.1)$/.test(type);
  if (!isStatement || typeof predicateType !== "string" || !Array.isArray(subject)) {
    throw refused("its envelope holds no in-toto statement");
  }
  return { predicateType, subjects: subject.flatMap(subjectDigest), predicate };
}
