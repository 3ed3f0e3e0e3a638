/**
 * The object of an image: resolved once, fetched by digest only, every byte compared. What comes
 * out is plain data, and nothing on the way needs a privilege.
 *
 * @module
 */
import type { ImageObject, ObjectOptions } from "./api.ts";
import { choosePlatform, hostPlatform } from "./content/platform.ts";
import { readContent } from "./content/read.ts";
import type { ContentSource } from "./content/source.ts";
import { type ImageContext, openLayoutImage, openStored, resolveOpen } from "./context.ts";
import { imageError } from "./errors.ts";
import { Annotation, MediaType } from "./media_types.ts";
import { pullImage } from "./pull.ts";
import { type ImageLocation, parseLocation } from "./reference.ts";
import { findCompanions } from "./transfer/companions.ts";
import { readGraph } from "./transfer/graph.ts";
import { type Descriptor, type ImageContent, type Index, PullPolicy } from "./types.ts";

/** An image that was found and read. */
export interface ReadImage {
  readonly location: ImageLocation;
  /** The name, complete. */
  readonly name: string;
  readonly source: ContentSource;
  /** What the name stands for. */
  readonly descriptor: Descriptor;
  /** The manifest of the platform. */
  readonly manifest: Descriptor;
  readonly content: ImageContent;
}

/** Brings an image to this machine when it is not, and says where it is read. */
async function openHere(context: ImageContext, text: string, options: ObjectOptions) {
  const location = parseLocation(text);
  if (location.kind !== "registry") {
    const opened = await openLayoutImage(location);
    const descriptor = await resolveOpen(opened);
    const { name, source } = opened;
    await options.admit?.({ role: "image", name, location, source, descriptor });
    return { ...opened, descriptor };
  }
  const { policy = PullPolicy.IF_NOT_PRESENT, platform, onProgress, signal, admit } = options;
  const pulled = await pullImage(context, text, {
    policy,
    ...(platform === undefined ? {} : { platform }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(admit === undefined ? {} : { admit }),
  });
  const opened = await openStored(context, text);
  // the digest decides from here on, wherever the name may point by now
  return { ...opened, name: pulled.name, descriptor: pulled.descriptor };
}

/**
 * Finds an image and reads its object.
 *
 * @param context Store and registries.
 * @param text The image.
 * @param options Policy, platform.
 */
export async function readImage(
  context: ImageContext,
  text: string,
  options: ObjectOptions = {},
): Promise<ReadImage> {
  const { name, location, source, descriptor } = await openHere(context, text, options);
  const platform = options.platform ?? hostPlatform();
  const choose = (index: Index) => [choosePlatform(index, platform, name)];
  const graph = await readGraph(source, descriptor, { name, choose });
  const [found] = graph.manifests;
  if (found === undefined) {
    throw imageError("image-platform-missing", `Cannot use "${name}": its index is empty`);
  }
  const named = found.descriptor.platform;
  const content = await readContent(source, found.manifest, {
    name,
    ...(named === undefined ? {} : { platform: named }),
  });
  return { name, location, source, descriptor, manifest: found.descriptor, content };
}

/** The minimal BTF of a kernel: a layer of the image, or of a manifest that belongs to it. */
async function findBtf(
  image: ReadImage,
  { kernel, admit }: ObjectOptions,
): Promise<Uint8Array | undefined> {
  const own = image.content.btfs.find((btf) => btf.kernel === kernel);
  if (own !== undefined) return own.bytes;
  const { name, location, source } = image;
  for (const { manifest, descriptor } of await findCompanions(source, [image.manifest])) {
    if (manifest.artifactType !== MediaType.BTF) continue;
    const layer = manifest.layers.find((one) =>
      one.mediaType === MediaType.BTF && one.annotations?.[Annotation.BTF_KERNEL] === kernel
    );
    if (layer === undefined) continue;
    // no digest of the image covers what only refers to it
    const isUsed = await admit?.({ role: "btf", name, location, source, descriptor }) ?? true;
    if (isUsed) return await source.fetch(layer);
  }
  return undefined;
}

/**
 * Gets the object of an image, with all that a load needs.
 *
 * @param context Store and registries.
 * @param text The image.
 * @param options Policy, platform, kernel.
 */
export async function fetchObject(
  context: ImageContext,
  text: string,
  options: ObjectOptions = {},
): Promise<ImageObject> {
  const image = await readImage(context, text, options);
  const { content } = image;
  const btf = options.kernel === undefined ? undefined : await findBtf(image, options);
  return {
    reference: image.name,
    digest: image.descriptor.digest,
    manifestDigest: image.manifest.digest,
    pullPolicy: options.policy ?? PullPolicy.IF_NOT_PRESENT,
    form: content.form,
    bytes: content.object,
    objectDigest: content.objectDigest,
    statement: content.statement,
    ...(btf === undefined ? {} : { btf }),
  };
}
