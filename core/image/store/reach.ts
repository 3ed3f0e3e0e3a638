/**
 * What of the store is still named, and what is not.
 *
 * @module
 */
import { entriesIn } from "../../files/if_there.ts";
import { readDocument } from "../documents.ts";
import { blobPath, entryName } from "../layout/layout.ts";
import { Limit, MANIFEST_TYPES } from "../media_types.ts";
import { isCompanionTag } from "../transfer/companions.ts";
import type { Descriptor } from "../types.ts";
import type { ImageStore } from "./store.ts";

/** What an entry of the store is. */
export interface EntryFacts {
  readonly entry: Descriptor;
  /** Digest that a signature or BTF belongs to; undefined for images. */
  readonly subject: string | undefined;
  /** Everything below the entry, itself included; what is not stored is left out. */
  readonly content: ReadonlyMap<string, Descriptor>;
}

/** The digest in a tag of what belongs to an image. */
function subjectOfTag(name: string | undefined): string | undefined {
  const tag = name?.slice(name.lastIndexOf(":") + 1) ?? "";
  if (!isCompanionTag(tag)) return undefined;
  return tag.replace(/\.\w+$/, "").replace("-", ":");
}

interface Walk {
  readonly store: ImageStore;
  readonly content: Map<string, Descriptor>;
  subject: string | undefined;
}

function visit(walk: Walk, descriptor: Descriptor, depth: number): void {
  const { store, content } = walk;
  const { digest, mediaType, size } = descriptor;
  if (content.has(digest) || depth > 4) return;
  if (store.files.size(blobPath(digest)) === undefined) return;
  content.set(digest, { mediaType, digest, size });
  if (!MANIFEST_TYPES.includes(mediaType)) return;
  const bytes = store.files.read(blobPath(digest), Limit.MANIFEST);
  if (bytes === undefined) return;
  try {
    const document = readDocument(bytes, mediaType, digest);
    const parts = document.kind === "index"
      ? document.index.manifests
      : [document.manifest.config, ...document.manifest.layers];
    if (depth === 0) {
      const { subject } = document.kind === "index" ? document.index : document.manifest;
      walk.subject = subject?.digest;
    }
    for (const part of parts) visit(walk, part, depth + 1);
  } catch {
    // a damaged manifest names nothing; whoever reads the image is told
  }
}

/** Reads what an entry of the store holds. */
export function entryFacts(store: ImageStore, entry: Descriptor): EntryFacts {
  const walk: Walk = { store, content: new Map(), subject: undefined };
  visit(walk, entry, 0);
  return { entry, subject: subjectOfTag(entryName(entry)) ?? walk.subject, content: walk.content };
}

/** Entries without those that belong to images which are not kept. */
export function withoutOrphans(facts: readonly EntryFacts[]): EntryFacts[] {
  const images = facts.filter(({ subject }) => subject === undefined);
  const kept = new Set(images.flatMap(({ content }) => [...content.keys()]));
  return facts.filter(({ subject }) => subject === undefined || kept.has(subject));
}

/** Bytes of some content, each piece once. */
export function sizeOf(content: Iterable<Descriptor>): number {
  return [...content].reduce((sum, { size }) => sum + size, 0);
}

/** Files of blobs that none of the entries needs. */
export function unneededFiles(store: ImageStore, kept: readonly EntryFacts[]): string[] {
  const needed = new Set(kept.flatMap(({ content }) => [...content.keys()].map(blobPath)));
  return ["sha256", "sha512"].flatMap((kind) => {
    const folder = `blobs/${kind}`;
    return namesIn(`${store.directory}/${folder}`).map((name) => `${folder}/${name}`)
      .filter((path) => !needed.has(path));
  });
}

function namesIn(directory: string): string[] {
  return entriesIn(directory).filter(({ isFile }) => isFile).map(({ name }) => name);
}
