/**
 * What a registry of the tests has in one repository.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** A manifest as it was pushed. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Digest of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Blobs, manifests and tags. */
export class StoredRepository {
  readonly blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();

  /** Keeps a blob; gives its digest. */
  addBlob(bytes: Uint8Array<ArrayBuffer>): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  /** Keeps a manifest below its digest, and below a tag when one is given. */
  addManifest(manifest: StoredManifest, tag?: string): string {
    const digest = digestOf(manifest.bytes);
    this.manifests.set(digest, manifest);
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  /** The manifest that a tag or a digest names. */
  find(reference: string): (StoredManifest & { readonly digest: string }) | undefined {
    const digest = this.tags.get(reference) ?? reference;
    const manifest = this.manifests.get(digest);
    return manifest === undefined ? undefined : { ...manifest, digest };
  }

  /** Descriptors of the manifests whose subject is the digest. */
  referrersOf(subject: string): Record<string, unknown>[] {
    return [...this.manifests].flatMap(([digest, { mediaType, bytes }]) => {
      const json = JSON.parse(new TextDecoder().decode(bytes));
      if (json.subject?.digest !== subject) return [];
      const artifactType = json.artifactType ?? json.config?.mediaType;
      const { annotations } = json;
      return [{ mediaType, digest, size: bytes.length, artifactType, annotations }];
    });
  }
}
