/**
 * Describes and compares images.
 *
 * @module
 */
import { readFileObject } from "./object_file.ts";
import type {
  ImageDescription,
  ImageDiff,
  ImageIdentity,
  InspectOptions,
  ManifestDescription,
  ObjectOptions,
} from "./api.ts";
import { readContent } from "./content/read.ts";
import { type ImageContext, openSomewhere, resolveOpen } from "./context.ts";
import { isImageError } from "./errors.ts";
import { readImage } from "./object.ts";
import { findCompanions } from "./transfer/companions.ts";
import { type GraphManifest, readGraph } from "./transfer/graph.ts";
import { Memo } from "./transfer/memo.ts";
import type { ImageContent } from "./types.ts";
import type { Fetcher } from "./content/read.ts";

async function contentOf(
  source: Fetcher,
  { manifest, descriptor }: GraphManifest,
  name: string,
): Promise<ImageContent | null> {
  const { platform } = descriptor;
  try {
    return await readContent(source, manifest, {
      name,
      ...(platform === undefined ? {} : { platform }),
    });
  } catch (error) {
    // an image of something else, or of which a part is stored, can be described as well
    if (isImageError(error, "image-form-unknown", "image-object-missing", "image-incomplete")) {
      return null;
    }
    throw error;
  }
}

async function describeManifest(
  source: Fetcher,
  one: GraphManifest,
  name: string,
): Promise<ManifestDescription> {
  const content = await contentOf(source, one, name);
  return {
    descriptor: one.descriptor,
    platform: one.descriptor.platform ?? content?.platform ?? null,
    form: content?.form ?? null,
    statement: content?.statement ?? null,
    labels: content?.labels ?? {},
    annotations: one.manifest.annotations ?? {},
    layers: one.manifest.layers,
  };
}

/** Describes an image. */
export async function inspectImage(
  context: ImageContext,
  text: string,
  options: InspectOptions = {},
): Promise<ImageDescription> {
  const { open, isLocal } = await openSomewhere(context, text, options);
  const { name, source } = open;
  const descriptor = await resolveOpen(open);
  const memo = new Memo({ source });
  const graph = await readGraph(memo, descriptor, { name, isPartial: true });
  const manifests: ManifestDescription[] = [];
  for (const one of graph.manifests) manifests.push(await describeManifest(memo, one, name));
  const absent = graph.missing.map((one): ManifestDescription => ({
    descriptor: one,
    platform: one.platform ?? null,
    form: null,
    statement: null,
    labels: {},
    annotations: {},
    layers: [],
  }));
  const companions = await findCompanions(source, graph.documents);
  return {
    name,
    descriptor,
    isLocal,
    annotations: (graph.index ?? graph.manifests[0]?.manifest)?.annotations ?? {},
    manifests: [...manifests, ...absent],
    referrers: companions.map(({ descriptor: one, manifest, subject }) => ({
      descriptor: one,
      artifactType: manifest.artifactType ?? manifest.config.mediaType,
      subject,
      annotations: manifest.annotations ?? {},
    })),
  };
}

interface Compared {
  readonly identity: ImageIdentity;
  readonly object: Uint8Array;
}

async function readCompared(
  context: ImageContext,
  text: string,
  options: ObjectOptions,
): Promise<Compared> {
  const path = /^file:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return await readFileObject(path);
  const { name, manifest, content } = await readImage(context, text, options);
  const { object, objectDigest } = content;
  const identity = { name, digest: manifest.digest, objectDigest, objectSize: object.length };
  return { identity, object };
}

/** Compares the objects of two images. */
export async function diffImages(
  context: ImageContext,
  { before, after }: { readonly before: string; readonly after: string },
  options: ObjectOptions = {},
): Promise<ImageDiff> {
  const first = await readCompared(context, before, options);
  const second = await readCompared(context, after, options);
  const { gateObject } = await import("../../bytecode-tools/object/gate.ts");
  const { diffObjects } = await import("../../bytecode-tools/object/diff.ts");
  const diff = diffObjects(gateObject(first.object), gateObject(second.object));
  return { before: first.identity, after: second.identity, diff };
}
