/**
 * What an image consists of: manifests below indexes, blobs below manifests.
 *
 * @module
 */
import { readDocument } from "../documents.ts";
import { imageError, isImageError } from "../errors.ts";
import { Limit } from "../media_types.ts";
import type { Descriptor, Index, Manifest } from "../types.ts";
import type { Fetcher } from "../content/read.ts";

/** Levels of indexes within indexes. */
const MAX_DEPTH = 3;
/** Transfers at the same time. */
const PARALLEL = 6;

/** A manifest of an image, with the entry that names it. */
export interface GraphManifest {
  /** As the index names it, with its platform; plain without an index. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
}

/** What an image consists of. */
export interface Graph {
  readonly root: Descriptor;
  /** The root when it is an index. */
  readonly index: Index | null;
  /** Manifests that were chosen. */
  readonly manifests: readonly GraphManifest[];
  /** Index and manifests, what is named before what names it. */
  readonly documents: readonly Descriptor[];
  /** Configurations and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** Manifests that an index names and the source lacks. */
  readonly missing: readonly Descriptor[];
}

/** Options of {@link readGraph}. */
export interface GraphOptions {
  /** Name of the image, for messages. */
  readonly name: string;
  /** Takes some entries of an index. @default all of them */
  readonly choose?: (index: Index) => readonly Descriptor[];
  /** Leaves out what a source that holds part of an image lacks. @default false */
  readonly isPartial?: boolean;
}

interface Walk {
  readonly source: Fetcher;
  readonly options: GraphOptions;
  readonly manifests: GraphManifest[];
  readonly documents: Descriptor[];
  readonly missing: Descriptor[];
}

async function visit(walk: Walk, descriptor: Descriptor, depth: number): Promise<Index | null> {
  const { name, choose, isPartial } = walk.options;
  const what = `the manifest ${descriptor.digest} of "${name}"`;
  if (depth > MAX_DEPTH) {
    throw imageError("image-malformed", `Cannot read "${name}": its indexes are nested too deep`);
  }
  const bytes = await walk.source.fetch(descriptor);
  const document = readDocument(bytes, descriptor.mediaType, what);
  if (document.kind === "manifest") {
    walk.manifests.push({ descriptor, manifest: document.manifest });
    walk.documents.push(descriptor);
    return null;
  }
  const entries = choose?.(document.index) ?? document.index.manifests;
  for (const entry of entries) {
    try {
      await visit(walk, entry, depth + 1);
    } catch (error) {
      if (isPartial !== true || !isImageError(error, "image-incomplete")) throw error;
      walk.missing.push(entry);
    }
  }
  walk.documents.push(descriptor);
  return document.index;
}

function unique(descriptors: readonly Descriptor[]): Descriptor[] {
  return [...new Map(descriptors.map((one) => [one.digest, one])).values()];
}

/**
 * Reads what an image consists of; blobs are named and not fetched.
 *
 * @param source Where it is.
 * @param root Its index or manifest.
 * @param options Name, and what to take of an index.
 */
export async function readGraph(
  source: Fetcher,
  root: Descriptor,
  options: GraphOptions,
): Promise<Graph> {
  const walk: Walk = { source, options, manifests: [], documents: [], missing: [] };
  const index = await visit(walk, root, 0);
  const { manifests, documents, missing } = walk;
  const blobs = manifests.flatMap(({ manifest }) => [manifest.config, ...manifest.layers]);
  if (blobs.length > Limit.MANIFESTS * 4) {
    throw imageError("image-too-large", `Cannot get "${options.name}": it has too many layers`);
  }
  return { root, index, manifests, documents: unique(documents), blobs: unique(blobs), missing };
}

/** Does something for each of many things, a few at a time; the first failure ends it. */
export async function forEachOf<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  let failure: unknown;
  const run = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        failure ??= error;
        left.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, run));
  if (failure !== undefined) throw failure;
}
