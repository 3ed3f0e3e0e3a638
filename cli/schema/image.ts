/**
 * Images in JSON.
 *
 * @module
 */
import { DIFF_FIELDS } from "./bytecode.ts";
import {
  boolean,
  digest,
  type Infer,
  instant,
  integer,
  list,
  named,
  object,
  optional,
  orNull,
  record,
  text,
} from "./shape.ts";
import { DESCRIPTOR, DESCRIPTOR_FIELDS, PROGRAM_ID } from "./words.ts";

const REFERENCE = text("Name of the image, complete");
const PLATFORM = orNull(text("Such as linux/amd64, null when nothing names it"));
const TYPES_OF_PROGRAMS = record(text("Type"), "Types of the programs, by function name");
const TYPES_OF_MAPS = record(text("Type"), "Types of the maps, by name");
const ANNOTATIONS = record(text("Value"), "Annotations");

/** Answer of `image build`. */
export const IMAGE_BUILT = object({
  reference: REFERENCE,
  ...DESCRIPTOR_FIELDS,
  published: boolean("True when it was pushed, too"),
  manifests: list(
    object({ ...DESCRIPTOR_FIELDS, platform: PLATFORM }, "A manifest"),
    "One for each platform",
  ),
  programs: TYPES_OF_PROGRAMS,
  maps: TYPES_OF_MAPS,
  btfs: list(
    object({ kernel: text("Release of the kernel"), size: integer("Number of bytes") }, "A BTF"),
    "Minimal BTFs that the image brings",
  ),
  signature: orNull(digest("Digest of the signature, null when it was not signed")),
  attestations: list(
    object({
      predicate_type: text("What kind of statement it is"),
      digest: digest("Digest of the manifest that holds it"),
      signed: boolean("False for a plain statement"),
    }, "A statement"),
    "Statements that were attached",
  ),
  warnings: list(text("Warning"), "What is worth a warning"),
}, "An image that was built");

/** Answer of `image generate-build-args`. */
export const IMAGE_BUILD_ARGS = object({
  platforms: list(text("Such as linux/amd64"), "Platforms of the objects"),
  build_args: record(text("Value"), "Arguments for a container engine, by name"),
  programs: TYPES_OF_PROGRAMS,
  maps: TYPES_OF_MAPS,
}, "What a container engine is to be told");

/** Answer of `image pull`. */
export const IMAGE_PULLED = object({
  reference: REFERENCE,
  ...DESCRIPTOR_FIELDS,
  manifest: DESCRIPTOR,
  new: boolean("True when bytes were transferred"),
}, "An image that was pulled");

const COPIED_IMAGE = object({
  reference: REFERENCE,
  ...DESCRIPTOR_FIELDS,
  referrers: integer("Signatures and BTFs that went with it"),
}, "An image that was copied");

/** Answer of `image push`, `copy`, `save`, `load`. */
export const IMAGES_COPIED = object({ images: list(COPIED_IMAGE, "Images") }, "Copied images");

/** Answer of `image list`. */
export const IMAGES = object({
  images: list(
    object({
      repository: text("REGISTRY/REPOSITORY"),
      tag: orNull(text("Tag, null when it has none")),
      digest: digest("Digest of index or manifest"),
      size: integer("Bytes of all that the image holds in the store"),
      stored_at: orNull(instant("When it came into the store, null when unknown")),
      platforms: list(text("Such as linux/amd64"), "Platforms whose content is in the store"),
      used_by: list(PROGRAM_ID, "Loaded programs that came from it"),
      needed_by: list(text("Application"), "Applications whose restore or rollback needs it"),
    }, "An image of the store"),
    "Images by name",
  ),
}, "Images of the store");

const CONTENT_FIELDS = {
  programs: orNull(TYPES_OF_PROGRAMS),
  maps: orNull(TYPES_OF_MAPS),
  layers: list(DESCRIPTOR, "Layers"),
};

const MANIFEST = named("ImageManifest", {
  ...DESCRIPTOR_FIELDS,
  platform: PLATFORM,
  form: orNull(text("Form of the image, null when its content is not at hand")),
  ...CONTENT_FIELDS,
  labels: record(text("Value"), "Labels of the configuration"),
  annotations: ANNOTATIONS,
}, "The image for one platform");

/** Answer of `image inspect`. */
export const IMAGE_DESCRIBED = object({
  reference: REFERENCE,
  ...DESCRIPTOR_FIELDS,
  programs: optional(CONTENT_FIELDS.programs),
  maps: optional(CONTENT_FIELDS.maps),
  layers: optional(CONTENT_FIELDS.layers),
  local: boolean("True when it was read from the local store"),
  annotations: ANNOTATIONS,
  manifests: list(MANIFEST, "One for each platform"),
  referrers: list(
    object({
      ...DESCRIPTOR_FIELDS,
      artifact_type: text("What it is"),
      subject: digest("Digest of the manifest that it belongs to"),
      annotations: ANNOTATIONS,
    }, "What belongs to the image"),
    "Signatures, BTFs and statements",
  ),
}, "An image");

/** Answer of `image tag`. */
export const IMAGE_TAGGED = object(
  { reference: REFERENCE, ...DESCRIPTOR_FIELDS },
  "An image under its new name",
);

/** Answer of `image remove` and `image prune`. */
export const IMAGES_REMOVED = object({
  removed: list(text("Image"), "Names, or digests of nameless images"),
  kept: list(text("Image"), "Images that were kept because they are in use"),
  freed: integer("Bytes that were freed"),
}, "Images that were removed");

const IDENTITY = object({
  reference: REFERENCE,
  digest: text("Digest of the manifest"),
  object_digest: digest("Digest of the object"),
  object_size: integer("Bytes of the object"),
}, "One of the images");

/** Answer of `image diff`. */
export const IMAGE_DIFF = object(
  { before: IDENTITY, after: IDENTITY, ...DIFF_FIELDS },
  "What differs between two images",
);

/** An image that was built. */
export type ImageBuiltJson = Infer<typeof IMAGE_BUILT>;
/** An image that was pulled. */
export type ImagePulledJson = Infer<typeof IMAGE_PULLED>;
/** An image that was copied. */
export type CopiedImageJson = Infer<typeof COPIED_IMAGE>;
/** Images of the store. */
export type ImagesJson = Infer<typeof IMAGES>;
/** The image for one platform. */
export type ImageManifestJson = Infer<typeof MANIFEST>;
/** An image. */
export type ImageDescribedJson = Infer<typeof IMAGE_DESCRIBED>;
/** Images that were removed. */
export type ImagesRemovedJson = Infer<typeof IMAGES_REMOVED>;
/** What differs between two images. */
export type ImageDiffJson = Infer<typeof IMAGE_DIFF>;
/** Names bytes. */
export type DescriptorJson = Infer<typeof DESCRIPTOR>;
