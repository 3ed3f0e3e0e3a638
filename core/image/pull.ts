/**
 * Brings images from registries into the store. Everything is fetched, compared and read before
 * anything is written: a failed pull leaves nothing.
 *
 * @module
 */
import type { PulledImage, PullOptions } from "./api.ts";
import { choosePlatform, findPlatform, hostPlatform } from "./content/platform.ts";
import { readContent, shapeOfManifest } from "./content/read.ts";
import { type ImageContext, openRemote, resolveOpen } from "./context.ts";
import { imageError, isImageError } from "./errors.ts";
import { parseReference, type Reference, referenceText } from "./reference.ts";
import { askedOf, storedName, StoredRepository } from "./store/named.ts";
import { type Companion, findCompanions, SIGNATURE_ENDS } from "./transfer/companions.ts";
import { forEachOf, type Graph, readGraph } from "./transfer/graph.ts";
import { Memo } from "./transfer/memo.ts";
import { together } from "./transfer/together.ts";
import { type Index, type Platform, PullPolicy } from "./types.ts";

/** How damage of the store shows. */
const DAMAGE = ["image-digest-mismatch", "image-size-mismatch"] as const;

/** What is stored, once it may be used; undefined when a part of it is missing. */
async function findAdmitted(
  context: ImageContext,
  reference: Reference,
  { platform = hostPlatform(), admit }: PullOptions,
): Promise<PulledImage | undefined> {
  const stored = await findStored(context, reference, platform);
  if (stored === undefined) return undefined;
  const { name, descriptor } = stored;
  const source = new StoredRepository(context.store, reference);
  const location = { kind: "registry", reference } as const;
  await admit?.({ role: "image", name, location, source, descriptor });
  return stored;
}

/** The manifest of a platform in what is stored; undefined when a part of it is missing. */
async function findStored(
  context: ImageContext,
  reference: Reference,
  platform: Platform,
): Promise<PulledImage | undefined> {
  const stored = new StoredRepository(context.store, reference);
  const descriptor = stored.find(askedOf(reference));
  if (descriptor === undefined) return undefined;
  const name = referenceText(reference);
  const choose = (index: Index) =>
    [findPlatform(index, platform)].filter((one) => one !== undefined);
  const graph = await readGraph(stored, descriptor, { name, choose, isPartial: true });
  const [manifest] = graph.manifests;
  if (manifest === undefined) return undefined;
  for (const blob of graph.blobs) {
    if (!await stored.exists(blob)) return undefined;
  }
  return { name, descriptor, manifest: manifest.descriptor, isNew: false };
}

/** Refuses what holds no bytecode before its layers are fetched, and what cannot be read after. */
async function checkContent(memo: Memo, graph: Graph, name: string): Promise<void> {
  for (const { manifest } of graph.manifests) shapeOfManifest(manifest, name);
  await forEachOf(graph.blobs, (blob) => memo.fetch(blob));
  for (const { manifest, descriptor } of graph.manifests) {
    const { platform } = descriptor;
    await readContent(memo, manifest, { name, ...(platform === undefined ? {} : { platform }) });
  }
}

function isForSomething({ platform }: { readonly platform?: Platform }): boolean {
  return platform?.os !== "unknown";
}

function chooseFrom(options: PullOptions, name: string) {
  const platform = options.platform ?? hostPlatform();
  return (index: Index) =>
    options.allPlatforms === true
      ? index.manifests.filter(isForSomething)
      : [choosePlatform(index, platform, name)];
}

/** Fetches signatures and BTFs with all that they hold. */
async function fetchCompanions(memo: Memo, companions: readonly Companion[]): Promise<void> {
  const blobs = companions.flatMap(({ manifest }) => [manifest.config, ...manifest.layers]);
  await forEachOf(companions, ({ descriptor }) => memo.fetch(descriptor));
  await forEachOf(blobs, (blob) => memo.fetch(blob));
}

function signalOf({ signal }: PullOptions) {
  return signal === undefined ? {} : { signal };
}

async function fetchImage(
  context: ImageContext,
  reference: Reference,
  options: PullOptions,
): Promise<PulledImage> {
  const { store } = context;
  const remote = openRemote(context, reference, signalOf(options));
  const { name, source } = remote;
  const descriptor = await resolveOpen(remote);
  const { onProgress } = options;
  // from here on nothing is asked by the tag: what is decided about is what is fetched
  await options.admit?.({ role: "image", name, location: remote.location, source, descriptor });
  const memo = new Memo({
    source,
    cache: (one) => store.sound(one),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const graph = await readGraph(memo, descriptor, { name, choose: chooseFrom(options, name) });
  const [first] = graph.manifests;
  if (first === undefined) {
    throw imageError("image-platform-missing", `Cannot use "${name}": its index is empty`);
  }
  const lookup = {
    name: source.name,
    fetch: (one: typeof descriptor) => memo.fetch(one),
    resolve: (tag: string) => source.resolve(tag),
    referrers: (one: typeof descriptor) => source.referrers(one),
  };
  const [companions] = await together(
    findCompanions(lookup, graph.documents, SIGNATURE_ENDS),
    checkContent(memo, graph, name),
  );
  await fetchCompanions(memo, companions);
  const tagged = companions.flatMap(({ tag, descriptor: one }) =>
    tag === undefined ? [] : [{ name: `${source.name}:${tag}`, descriptor: one }]
  );
  await store.add({
    content: await memo.all(),
    names: [{ name: storedName(reference), descriptor }, ...tagged],
    referrers: companions.filter(({ tag }) => tag === undefined).map((one) => one.descriptor),
  }, context.now());
  return { name, descriptor, manifest: first.descriptor, isNew: memo.transferred > 0 };
}

/**
 * Brings an image into the store.
 *
 * @param context Store and registries.
 * @param text Its name in a registry.
 * @param options Policy, platform.
 * @throws {BpfmanError} When it is not there, is not what its digest says, or holds no bytecode.
 */
export async function pullImage(
  context: ImageContext,
  text: string,
  options: PullOptions = {},
): Promise<PulledImage> {
  const reference = parseReference(text);
  const { policy = PullPolicy.ALWAYS, allPlatforms } = options;
  if (policy === PullPolicy.ALWAYS) return await fetchImage(context, reference, options);
  const mayFetch = policy === PullPolicy.IF_NOT_PRESENT;
  const stored = await findAdmitted(context, reference, options).catch((error) => {
    // what was damaged on the disk is fetched anew where that is allowed
    if (mayFetch && isImageError(error, ...DAMAGE)) return undefined;
    throw error;
  });
  if (stored !== undefined && allPlatforms !== true) return stored;
  if (mayFetch) return await fetchImage(context, reference, options);
  throw imageError(
    "image-not-stored",
    `Cannot use "${
      referenceText(reference)
    }": it is not in the store, and the pull policy is Never`,
    { hint: `Get it with "image pull ${referenceText(reference)}"` },
  );
}
