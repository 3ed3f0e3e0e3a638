/**
 * Images as plain data for programs.
 *
 * @module
 */
import type {
  BuiltImage,
  CopiedImage,
  ImageDescription,
  ImageDiff,
  ImageRow,
  ManifestDescription,
  PruneResult,
  PulledImage,
} from "../../core/image/api.ts";
import type { Descriptor, Platform } from "../../core/image/types.ts";
import { rfc3339 } from "./format.ts";
import type {
  CopiedImageJson,
  DescriptorJson,
  ImageBuiltJson,
  ImageDescribedJson,
  ImageDiffJson,
  ImageManifestJson,
  ImagePulledJson,
  ImagesJson,
  ImagesRemovedJson,
} from "../schema/image.ts";

/** A platform as one word, null for none. */
export function platformText(platform: Platform | null | undefined): string | null {
  if (platform === null || platform === undefined) return null;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** What names some bytes. */
export function descriptorJson({ mediaType, digest, size }: Descriptor): DescriptorJson {
  return { media_type: mediaType, digest, size };
}

/** A built image. */
export function builtJson(image: BuiltImage, isPublished: boolean): ImageBuiltJson {
  const { name, descriptor, manifests, statement, btfs, warnings, attestations, signature } = image;
  return {
    reference: name,
    ...descriptorJson(descriptor),
    published: isPublished,
    manifests: manifests.map((manifest) => ({
      ...descriptorJson(manifest),
      platform: platformText(manifest.platform),
    })),
    programs: statement.programs,
    maps: statement.maps,
    btfs,
    signature,
    attestations: attestations.map(({ predicateType, digest, isSigned }) => ({
      predicate_type: predicateType,
      digest,
      signed: isSigned,
    })),
    warnings,
  };
}

/** A pulled image. */
export function pulledJson(image: PulledImage): ImagePulledJson {
  const { name, descriptor, manifest, isNew } = image;
  return {
    reference: name,
    ...descriptorJson(descriptor),
    manifest: descriptorJson(manifest),
    new: isNew,
  };
}

/** A copied image. */
export function copiedJson({ name, descriptor, referrers }: CopiedImage): CopiedImageJson {
  return { reference: name, ...descriptorJson(descriptor), referrers };
}

/** Images of the store. */
export function imagesJson(rows: readonly ImageRow[]): ImagesJson {
  return {
    images: rows.map((
      { repository, tag, digest, size, storedAt, platforms, usedBy, neededBy },
    ) => ({
      repository,
      tag,
      digest,
      size,
      stored_at: storedAt === null ? null : rfc3339(storedAt),
      platforms,
      used_by: usedBy,
      needed_by: neededBy,
    })),
  };
}

function contentJson(
  { statement, layers }: ManifestDescription,
): Pick<ImageManifestJson, "programs" | "maps" | "layers"> {
  return {
    programs: statement?.programs ?? null,
    maps: statement?.maps ?? null,
    layers: layers.map(descriptorJson),
  };
}

function manifestJson(manifest: ManifestDescription): ImageManifestJson {
  const { descriptor, platform, form, labels, annotations } = manifest;
  return {
    ...descriptorJson(descriptor),
    platform: platformText(platform),
    form,
    ...contentJson(manifest),
    labels,
    annotations,
  };
}

/** An inspected image. */
export function descriptionJson(description: ImageDescription): ImageDescribedJson {
  const { name, descriptor, isLocal, annotations, manifests, referrers } = description;
  const [only, second] = manifests;
  return {
    reference: name,
    ...descriptorJson(descriptor),
    ...(only !== undefined && second === undefined ? contentJson(only) : {}),
    local: isLocal,
    annotations,
    manifests: manifests.map(manifestJson),
    referrers: referrers.map((referrer) => ({
      ...descriptorJson(referrer.descriptor),
      artifact_type: referrer.artifactType,
      subject: referrer.subject,
      annotations: referrer.annotations,
    })),
  };
}

/** What was removed. */
export function pruneJson({ removed, kept, freed }: PruneResult): ImagesRemovedJson {
  return { removed, kept, freed };
}

/** What differs between two images. */
export function imageDiffJson({ before, after, diff }: ImageDiff): ImageDiffJson {
  const identity = ({ name, digest, objectDigest, objectSize }: ImageDiff["before"]) => ({
    reference: name,
    digest,
    object_digest: objectDigest,
    object_size: objectSize,
  });
  return { before: identity(before), after: identity(after), ...diff };
}
