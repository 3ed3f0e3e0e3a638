/**
 * Puts manifests that belong to an image beside it, wherever it is.
 *
 * @module
 */
import type { ContentTarget } from "./content/source.ts";
import type { ImageContext, OpenImage } from "./context.ts";
import { Layout } from "./layout/layout.ts";
import { Repository } from "./registry/repository.ts";
import type { Content } from "./store/store.ts";

/** A manifest that belongs to an image, and what it names. */
export interface NewReferrer {
  readonly manifest: Content;
  /** What the manifest names, before it. */
  readonly content: readonly Content[];
}

function targetOf({ source }: OpenImage): ContentTarget | undefined {
  return source instanceof Layout || source instanceof Repository ? source : undefined;
}

async function send(target: ContentTarget, { descriptor, bytes }: Content): Promise<void> {
  if (!await target.exists(descriptor)) await target.push(descriptor, bytes);
}

/**
 * Stores manifests that belong to an image where the image is: in the store, a layout or a registry.
 *
 * @param context The store.
 * @param open The image.
 * @param referrers What belongs to it.
 */
export async function attachReferrers(
  { store, now }: ImageContext,
  open: OpenImage,
  referrers: readonly NewReferrer[],
): Promise<void> {
  const target = targetOf(open);
  if (target === undefined) {
    const content = referrers.flatMap((one) => [...one.content, one.manifest]);
    const manifests = referrers.map(({ manifest }) => manifest.descriptor);
    return await store.add({ content, names: [], referrers: manifests }, now());
  }
  for (const { content, manifest } of referrers) {
    for (const one of content) await send(target, one);
    // always sent: a registry that has it may not list it
    await target.push(manifest.descriptor, manifest.bytes);
  }
  if (target instanceof Layout) target.flush();
}
