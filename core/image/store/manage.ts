/**
 * What is in the store: listed, named, removed.
 *
 * @module
 */
import type { ImageRow, PruneOptions, PruneResult } from "../api.ts";
import { platformText } from "../content/platform.ts";
import { type ImageContext, openStored, resolveOpen } from "../context.ts";
import { readDocument } from "../documents.ts";
import { imageError } from "../errors.ts";
import { blobPath, entryName } from "../layout/layout.ts";
import { Annotation, Limit } from "../media_types.ts";
import { parseReference } from "../reference.ts";
import type { ImageUse } from "../settings.ts";
import type { Descriptor } from "../types.ts";
import { storedName } from "./named.ts";
import { type EntryFacts, entryFacts, sizeOf, unneededFiles, withoutOrphans } from "./reach.ts";
import { formerName, type ImageStore } from "./store.ts";

function usersOf(uses: readonly ImageUse[], { digest }: Descriptor): (number | string)[] {
  const users = uses.filter(({ digests }) => digests.includes(digest)).map(({ user }) => user);
  return [...new Set(users)];
}

function isProgram(user: number | string): user is number {
  return typeof user === "number";
}

function isApplication(user: number | string): user is string {
  return typeof user === "string";
}

/** Users in words, such as `loaded programs came from it: 7, 8`. */
function describeUsers(users: readonly (number | string)[]): string {
  const [programs, applications] = [users.filter(isProgram), users.filter(isApplication)];
  return [
    ...programs.length === 0 ? [] : [`loaded programs came from it: ${programs.join(", ")}`],
    ...applications.length === 0 ? [] : [`applications need it: ${applications.join(", ")}`],
  ].join("; ");
}

/** The platforms of an entry whose content is there. */
function platformsOf(store: ImageStore, { entry, content }: EntryFacts): string[] {
  const bytes = store.files.read(blobPath(entry.digest), Limit.MANIFEST);
  if (bytes === undefined) return [];
  const document = readDocument(bytes, entry.mediaType, entry.digest);
  if (document.kind === "manifest") return configPlatform(store, document.manifest.config);
  return document.index.manifests.flatMap(({ digest, platform }) =>
    platform === undefined || !content.has(digest) ? [] : [platformText(platform)]
  );
}

function configPlatform(store: ImageStore, { digest, mediaType }: Descriptor): string[] {
  if (!/config\.v1\+json$|container\.image\.v1\+json$/.test(mediaType)) return [];
  const bytes = store.files.read(blobPath(digest), Limit.CONFIG);
  try {
    const { os, architecture } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof os === "string" && typeof architecture === "string" && os !== ""
      ? [platformText({ os, architecture })]
      : [];
  } catch {
    return [];
  }
}

/** Splits the name of an entry into repository and tag. */
function splitName(name: string): { repository: string; tag: string | null } {
  const at = name.indexOf("@");
  if (at >= 0) return { repository: name.slice(0, at), tag: null };
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/")
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: null };
}

function rowOf(store: ImageStore, facts: EntryFacts, uses: readonly ImageUse[]): ImageRow {
  const { entry, content } = facts;
  const stored = entry.annotations?.[Annotation.STORED];
  const former = formerName(entry);
  const { repository, tag } = splitName(entryName(entry) ?? former ?? "");
  return {
    repository,
    tag: former === undefined ? tag : null,
    digest: entry.digest,
    size: sizeOf(content.values()),
    storedAt: stored === undefined ? null : new Date(stored),
    platforms: platformsOf(store, facts),
    usedBy: usersOf(uses, entry).filter(isProgram),
    neededBy: usersOf(uses, entry).filter(isApplication),
  };
}

/** The images of the store, by name. */
export async function listImages({ store, inUse }: ImageContext): Promise<ImageRow[]> {
  const facts = store.entries().map((entry) => entryFacts(store, entry));
  const images = facts.filter(({ subject }) => subject === undefined);
  const uses = await inUse();
  const rows = images.map((one) => rowOf(store, one, uses));
  const key = ({ repository, tag, digest }: ImageRow) => `${repository} ${tag ?? ""} ${digest}`;
  return rows.sort((a, b) => key(a) < key(b) ? -1 : 1);
}

/** Gives an image of the store a further name. */
export async function tagImage(
  context: ImageContext,
  name: string,
  newName: string,
): Promise<Descriptor> {
  const reference = parseReference(newName);
  const stored = storedName(reference);
  if (reference.digest !== undefined) {
    throw imageError("image-layout", `Cannot name an image "${newName}": a digest is not chosen`);
  }
  const descriptor = await resolveOpen(await openStored(context, name));
  await context.store.add(
    { content: [], names: [{ name: stored, descriptor }], referrers: [] },
    context.now(),
  );
  return descriptor;
}

function labelOf(entry: Descriptor): string {
  return entryName(entry) ?? entry.digest;
}

/** Removes entries, and whatever nothing names after that; the lock must be held. */
function sweep(
  store: ImageStore,
  facts: readonly EntryFacts[],
  { removed, isDry }: { readonly removed: readonly EntryFacts[]; readonly isDry: boolean },
): Pick<PruneResult, "removed" | "freed"> {
  const kept = withoutOrphans(facts.filter((one) => !removed.includes(one)));
  const files = unneededFiles(store, kept);
  const freed = files.reduce((sum, path) => sum + (store.files.size(path) ?? 0), 0);
  if (!isDry) {
    // first the names, then the bytes: a killed process leaves bytes without a name
    store.write(kept.map(({ entry }) => entry));
    for (const path of files) store.removeFile(path);
  }
  return { removed: removed.map(({ entry }) => labelOf(entry)), freed };
}

function findEntry(facts: readonly EntryFacts[], text: string): EntryFacts {
  const isDigest = /^(?:sha256:)?[0-9a-f]{12,64}$/.test(text);
  const start = text.startsWith("sha256:") ? text : `sha256:${text}`;
  const byDigest = isDigest ? facts.filter(({ entry }) => entry.digest.startsWith(start)) : [];
  const [only, second] = byDigest;
  if (only !== undefined && second === undefined) return only;
  const name = storedName(parseReference(text));
  const found = facts.find(({ entry }) => entryName(entry) === name);
  if (found !== undefined) return found;
  throw imageError("image-not-stored", `Image "${text}" is not in the store`, {
    hint: 'See "image list" for those that are',
  });
}

function checkUse(
  facts: readonly EntryFacts[],
  gone: readonly EntryFacts[],
  uses: readonly ImageUse[],
) {
  for (const { entry } of gone) {
    const isNamedElse = facts.some((one) =>
      !gone.includes(one) && one.entry.digest === entry.digest
    );
    const users = usersOf(uses, entry);
    if (isNamedElse || users.length === 0) continue;
    throw imageError(
      "image-in-use",
      `Cannot remove "${labelOf(entry)}": ${describeUsers(users)}`,
      { hint: "Unload or delete them, or give --force" },
    );
  }
}

/** Takes names away, and what they alone held. */
export async function removeImages(
  { store, inUse }: ImageContext,
  names: readonly string[],
  { force = false }: { readonly force?: boolean } = {},
): Promise<PruneResult> {
  const uses = await inUse();
  using _lock = await store.lock();
  const facts = store.entries().map((entry) => entryFacts(store, entry));
  const gone = names.map((name) => findEntry(facts, name));
  if (!force) checkUse(facts, gone, uses);
  return { ...sweep(store, facts, { removed: gone, isDry: false }), kept: [] };
}

/** Removes what has no name, or all that no program came from and no application needs. */
export async function pruneImages(
  { store, inUse }: ImageContext,
  { all = false, dryRun = false }: PruneOptions = {},
): Promise<PruneResult> {
  // asked first: what is loaded from now on has its bytes already
  const uses = await inUse();
  if (!store.exists()) return { removed: [], kept: [], freed: 0 };
  using _lock = await store.lock();
  const facts = store.entries().map((entry) => entryFacts(store, entry));
  const images = facts.filter(({ subject }) => subject === undefined);
  const unwanted = images.filter(({ entry }) => all || formerName(entry) !== undefined);
  const isUsed = ({ entry }: EntryFacts) => usersOf(uses, entry).length > 0;
  const result = sweep(store, facts, {
    removed: unwanted.filter((one) => !isUsed(one)),
    isDry: dryRun,
  });
  return { ...result, kept: unwanted.filter(isUsed).map(({ entry }) => labelOf(entry)) };
}
