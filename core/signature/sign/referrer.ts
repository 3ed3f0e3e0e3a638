/**
 * The manifest by which a bundle belongs to an image, as cosign 3 writes it.
 *
 * @module
 */
import type { NewReferrer } from "../../image/attach_referrers.ts";
import { digestOf } from "../../image/digest.ts";
import { encodeJson } from "../../image/documents.ts";
import { Annotation, MediaType } from "../../image/media_types.ts";
import type { Content } from "../../image/store/store.ts";
import type { Descriptor } from "../../image/types.ts";
import { BUNDLE_TYPE } from "./bundle.ts";

/** Arguments of {@link writeBundleReferrer}. */
export interface BundleReferrer {
  /** The index or manifest that the bundle speaks of. */
  readonly subject: Descriptor;
  readonly bundle: Uint8Array<ArrayBuffer>;
  /** What the statement in the bundle says. */
  readonly predicateType: string;
  /** When it was made. */
  readonly created: Date;
}

async function contentOf(mediaType: string, bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
  // the order of fields is cosign's
  return { descriptor: { mediaType, size: bytes.length, digest: await digestOf(bytes) }, bytes };
}

/** Makes the manifest of a bundle. */
export async function writeBundleReferrer(
  { subject, bundle, predicateType, created }: BundleReferrer,
): Promise<NewReferrer> {
  const config = await contentOf(MediaType.OCI_EMPTY, new TextEncoder().encode("{}"));
  const layer = await contentOf(BUNDLE_TYPE, bundle);
  const { mediaType, size, digest } = subject;
  const manifest = await contentOf(
    MediaType.OCI_MANIFEST,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_MANIFEST,
      // cosign says the type here as well
      config: { ...config.descriptor, artifactType: BUNDLE_TYPE },
      layers: [layer.descriptor],
      annotations: {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": predicateType,
        [Annotation.CREATED]: created.toISOString().replace(/\.\d+Z$/, "Z"),
      },
      subject: { mediaType, size, digest },
      artifactType: BUNDLE_TYPE,
    }),
  );
  return { manifest, content: [config, layer] };
}
