/**
 * The manifests by which bundles and statements belong to an image: bundles as cosign 3 writes them.
 *
 * @module
 */
import type { NewReferrer } from "../../image/attach_referrers.ts";
import { digestOf } from "../../image/digest.ts";
import { encodeJson } from "../../image/documents.ts";
import { Annotation, MediaType } from "../../image/media_types.ts";
import type { Content } from "../../image/store/store.ts";
import type { Descriptor } from "../../image/types.ts";
import { STATEMENT_TYPE } from "../statement.ts";
import { BUNDLE_TYPE } from "./bundle.ts";

/** What a manifest says of its content. */
interface ReferrerFacts {
  /** The index or manifest that the statement speaks of. */
  readonly subject: Descriptor;
  /** What kind of statement it is. */
  readonly predicateType: string;
  /** When it was made. */
  readonly created: Date;
}

/** Arguments of {@link writeBundleReferrer}. */
export interface BundleReferrer extends ReferrerFacts {
  readonly bundle: Uint8Array<ArrayBuffer>;
}

/** Arguments of {@link writeStatementReferrer}. */
export interface StatementReferrer extends ReferrerFacts {
  readonly payload: Uint8Array<ArrayBuffer>;
}

function dateText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
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
        [Annotation.CREATED]: dateText(created),
      },
      subject: { mediaType, size, digest },
      artifactType: BUNDLE_TYPE,
    }),
  );
  return { manifest, content: [config, layer] };
}

/** Makes the manifest of a statement that nobody signed. */
export async function writeStatementReferrer(
  { subject, payload, predicateType, created }: StatementReferrer,
): Promise<NewReferrer> {
  const config = await contentOf(MediaType.OCI_EMPTY, new TextEncoder().encode("{}"));
  const layer = await contentOf(STATEMENT_TYPE, payload);
  const annotations = { "in-toto.io/predicate-type": predicateType };
  const { mediaType, size, digest } = subject;
  const manifest = await contentOf(
    MediaType.OCI_MANIFEST,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_MANIFEST,
      artifactType: STATEMENT_TYPE,
      config: config.descriptor,
      layers: [{ ...layer.descriptor, annotations }],
      subject: { mediaType, size, digest },
      annotations: { ...annotations, [Annotation.CREATED]: dateText(created) },
    }),
  );
  return { manifest, content: [config, layer] };
}
