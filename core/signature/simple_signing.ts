/**
 * Signatures of cosign 2: a payload that names the image's digest, signed as a file, with certificate,
 * log entry and time stamp in annotations. They become bundles of the first version, so that one
 * verifier judges all.
 *
 * @module
 */
import type { SimpleSignature } from "./discover.ts";
import { refused } from "./types.ts";

/** What the payload claims. */
export interface SimpleClaims {
  /** Digest of the signed manifest. */
  readonly digest: string;
  /** The name under which it was signed. */
  readonly reference: string;
  /** Annotations that were signed along. */
  readonly optional: Readonly<Record<string, unknown>>;
}

const PREFIX = { cosign: "dev.cosignproject.cosign", sigstore: "dev.sigstore.cosign" } as const;

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, what: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json as Json;
  } catch (cause) {
    throw refused(`its ${what} is not JSON`, cause);
  }
  throw refused(`its ${what} is no JSON object`);
}

function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw refused(`its ${what} is missing`);
}

/** DER of the first certificate in base64. */
function firstCertificate(pem: string): string {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (body === undefined) throw refused("its certificate is not in PEM form");
  return body.replace(/\s/g, "");
}

/** Rekor's entry as cosign keeps it, in the words of a bundle. */
function logEntry(annotation: string): Json {
  const { SignedEntryTimestamp: promise, Payload: payload } = parse(annotation, "log entry");
  const { body, integratedTime, logIndex, logID } = (payload ?? {}) as Json;
  const canonicalizedBody = text(body, "log entry's body");
  const { kind, apiVersion } = parse(
    new TextDecoder().decode(decode(canonicalizedBody, "log entry's body")),
    "log entry's body",
  );
  const logId = text(logID, "log's id");
  if (!/^([0-9a-f]{2})+$/.test(logId)) throw refused("its log's id is not hexadecimal");
  return {
    logIndex: String(logIndex),
    logId: { keyId: Uint8Array.fromHex(logId).toBase64() },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: text(promise, "log's promise") },
    canonicalizedBody,
  };
}

function decode(base64: string, what: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (cause) {
    throw refused(`its ${what} is not base64`, cause);
  }
}

function timestamps(annotation: string | undefined): Json[] {
  if (annotation === undefined) return [];
  const { SignedRFC3161Timestamp: signedTimestamp } = parse(annotation, "time stamp");
  return [{ signedTimestamp: text(signedTimestamp, "time stamp") }];
}

/** The signature as a bundle over its payload. */
export async function toBundle({ payload, annotations }: SimpleSignature): Promise<unknown> {
  const signature = text(annotations[`${PREFIX.cosign}/signature`], "signature");
  const certificate = annotations[`${PREFIX.sigstore}/certificate`];
  const entry = annotations[`${PREFIX.sigstore}/bundle`];
  const hash = await crypto.subtle.digest("SHA-256", payload as Uint8Array<ArrayBuffer>);
  return {
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    verificationMaterial: {
      ...certificate === undefined
        ? { publicKey: { hint: "" } }
        : { x509CertificateChain: { certificates: [{ rawBytes: firstCertificate(certificate) }] } },
      tlogEntries: entry === undefined ? [] : [logEntry(entry)],
      timestampVerificationData: {
        rfc3161Timestamps: timestamps(annotations[`${PREFIX.sigstore}/rfc3161timestamp`]),
      },
    },
    messageSignature: {
      messageDigest: { algorithm: "SHA2_256", digest: new Uint8Array(hash).toBase64() },
      signature,
    },
  };
}

/**
 * Reads the claims of a payload (containers/image's "simple signing" as cosign fills it).
 *
 * @throws {SignatureError} When it claims nothing about an image.
 */
export function readClaims(payload: Uint8Array): SimpleClaims {
  let decoded: string;
  try {
    decoded = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch (cause) {
    throw refused("its payload is not UTF-8", cause);
  }
  const { critical, optional } = parse(decoded, "payload");
  const { type, image, identity } = (critical ?? {}) as Json;
  if (type !== "cosign container image signature") {
    throw refused(`its payload is a "${String(type)}" and no signature of an image`);
  }
  const { "docker-manifest-digest": digest } = (image ?? {}) as Json;
  const { "docker-reference": reference } = (identity ?? {}) as Json;
  return {
    digest: text(digest, "image's digest"),
    reference: typeof reference === "string" ? reference : "",
    optional: (optional ?? {}) as Json,
  };
}
