/**
 * Signs images in the form of cosign 2, and files as a bundle, by hand: not with the product's own
 * writer, which makes the form of cosign 3.
 *
 * @module
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { descriptorOf, jsonBytes, OCI_MANIFEST } from "../registry/support/sample_image.ts";
import { digestOf, type StoredRepository } from "../registry/support/stored_repository.ts";

const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGNATURE = "dev.cosignproject.cosign/signature";

/** A key pair of one test. */
export interface TestKey {
  readonly privateKey: KeyObject;
  /** Public key, PEM. */
  readonly pem: string;
}

/** Makes a key pair. */
export function makeKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, pem: publicKey.export({ format: "pem", type: "spki" }).toString() };
}

/** The tag of a signature. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** Stores a signature of a digest under the tag of another one, usually the same. */
export function storeSignature(
  repository: StoredRepository,
  { privateKey }: TestKey,
  { signed, under = signed }: { readonly signed: string; readonly under?: string },
): string {
  const payload = jsonBytes({
    critical: {
      identity: { "docker-reference": "" },
      image: { "docker-manifest-digest": signed },
      type: "cosign container image signature",
    },
    optional: null,
  });
  const config = jsonBytes({ architecture: "", os: "", config: {}, rootfs: { type: "layers" } });
  for (const blob of [payload, config]) repository.addBlob(blob);
  const signature = sign("sha256", payload, privateKey).toString("base64");
  const layer = {
    mediaType: SIMPLE_SIGNING,
    bytes: payload,
    annotations: { [SIGNATURE]: signature },
  };
  const mediaType = "application/vnd.oci.image.config.v1+json";
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf({ mediaType, bytes: config }),
    layers: [descriptorOf(layer)],
  });
  const tag = signatureTag(under);
  return repository.addManifest({ mediaType: OCI_MANIFEST, bytes: manifest }, tag);
}

/** A bundle with the signature of a file. */
export function bundleOf(bytes: Uint8Array<ArrayBuffer>, { privateKey }: TestKey): string {
  const digest = Uint8Array.fromHex(digestOf(bytes).slice("sha256:".length)).toBase64();
  return JSON.stringify({
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "" } },
    messageSignature: {
      messageDigest: { algorithm: "SHA2_256", digest },
      signature: sign("sha256", bytes, privateKey).toString("base64"),
    },
  });
}
