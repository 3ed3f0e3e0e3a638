/**
 * Moves whole images: from the store to registries, from registry to registry, to and from layouts.
 * Content goes over in the order that registries want: what is named before what names it.
 *
 * @module
 */
import type { CopiedImage, CopyOptions, TransferOptions } from "./api.ts";
import type { ContentSource, ContentTarget } from "./content/source.ts";
import { type ImageContext, type OpenImage, openLayout, openRemote } from "./context.ts";
import { openLayoutImage, openStored, resolveOpen } from "./context.ts";
import { usageError } from "../errors.ts";
import { imageError } from "./errors.ts";
import { Layout } from "./layout/layout.ts";
import { locationText, parseLocation, parseReference, type Reference } from "./reference.ts";
import { storedName } from "./store/named.ts";
import { type Companion, findCompanions, isCompanionTag } from "./transfer/companions.ts";
import { forEachOf, type Graph, readGraph } from "./transfer/graph.ts";
import { Memo } from "./transfer/memo.ts";
import type { Descriptor } from "./types.ts";

/** A place that an image is copied to. */
interface Destination {
  /** The name, complete. */
  readonly name: string;
  readonly target: ContentTarget;
  /** Undefined when only the digest names it. */
  readonly tag: string | undefined;
}

async function openDestination(
  context: ImageContext,
  text: string,
  { signal }: TransferOptions,
): Promise<Destination> {
  const location = parseLocation(text);
  const digest = location.kind === "registry" ? location.reference.digest : location.digest;
  if (digest !== undefined) {
    throw usageError(`Cannot copy to "${text}": the digest comes from the image`, "Give a tag");
  }
  const name = locationText(location);
  if (location.kind === "registry") {
    const { reference } = location;
    const options = signal === undefined ? {} : { signal };
    return { name, target: context.registries.open(reference, options), tag: reference.tag };
  }
  return { name, target: await openLayout(location), tag: location.tag ?? "latest" };
}

async function send(
  { source, target, onProgress }: {
    readonly source: ContentSource;
    readonly target: ContentTarget;
    readonly onProgress: CopyOptions["onProgress"];
  },
  descriptor: Descriptor,
): Promise<void> {
  if (await target.exists(descriptor)) return;
  const options = onProgress === undefined ? {} : { onProgress };
  await target.push(descriptor, await source.fetch(descriptor, options));
}

interface Route {
  readonly source: ContentSource;
  readonly target: ContentTarget;
  readonly onProgress: CopyOptions["onProgress"];
}

async function copyGraph(route: Route, graph: Graph): Promise<void> {
  await forEachOf(graph.blobs, (blob) => send(route, blob));
  for (const document of graph.documents) await send(route, document);
}

async function copyCompanions(route: Route, companions: readonly Companion[]): Promise<void> {
  for (const { descriptor, manifest, tag } of companions) {
    await forEachOf([manifest.config, ...manifest.layers], (blob) => send(route, blob));
    await send(route, descriptor);
    if (tag !== undefined) await route.target.tag(descriptor, tag);
  }
}

function checkComplete(graph: Graph, from: OpenImage): void {
  if (graph.missing.length === 0) return;
  throw imageError(
    "image-incomplete",
    `Cannot copy "${from.name}": ${graph.missing.length} of its platforms are not stored here`,
    { hint: 'Get all of them with "image pull --all-platforms"' },
  );
}

/** Copies an image with what belongs to it. */
async function copyOpen(
  from: OpenImage,
  to: Destination,
  options: CopyOptions,
): Promise<CopiedImage> {
  const { withReferrers = true, onProgress } = options;
  const descriptor = await resolveOpen(from);
  const isLayout = to.target instanceof Layout;
  const graph = await readGraph(from.source, descriptor, { name: from.name, isPartial: true });
  // registries refuse an index whose manifests they lack; a layout may be a part
  if (!isLayout) checkComplete(graph, from);
  const companions = withReferrers ? await findCompanions(from.source, graph.documents) : [];
  const route = { source: from.source, target: to.target, onProgress };
  await copyGraph(route, graph);
  await copyCompanions(route, companions);
  if (to.tag !== undefined) await to.target.tag(descriptor, to.tag);
  return { name: to.name, descriptor, referrers: companions.length };
}

/** Opens what a copy reads. Credentials that were given are for the registry that is written to. */
async function openSource(
  context: ImageContext,
  { from, to }: { readonly from: string; readonly to: string },
  { signal }: TransferOptions,
): Promise<OpenImage> {
  const location = parseLocation(from);
  if (location.kind !== "registry") return await openLayoutImage(location);
  const target = parseLocation(to);
  const { registry } = location.reference;
  const isForeign = target.kind === "registry" && target.reference.registry !== registry;
  const more = signal === undefined ? {} : { signal };
  return openRemote(context, location.reference, { isForeign, ...more });
}

/** Copies from one registry or layout to another. */
export async function copyImage(
  context: ImageContext,
  { from, to }: { readonly from: string; readonly to: string },
  options: CopyOptions = {},
): Promise<CopiedImage> {
  const opened = await openSource(context, { from, to }, options);
  const destination = await openDestination(context, to, options);
  const copied = await copyOpen(opened, destination, options);
  if (destination.target instanceof Layout) destination.target.flush();
  return copied;
}

/** Sends an image of the store to its registry, or to another place. */
export async function pushImage(
  context: ImageContext,
  { name, destination }: { readonly name: string; readonly destination?: string },
  options: CopyOptions = {},
): Promise<CopiedImage> {
  const from = await openStored(context, name);
  const to = await openDestination(context, destination ?? from.name, options);
  const copied = await copyOpen(from, to, options);
  if (to.target instanceof Layout) to.target.flush();
  return copied;
}

/** Refuses a path where something else than a layout is. */
export function refuseOther(path: string, layout: Layout): void {
  if (layout.isThere()) return;
  let isUsed: boolean;
  try {
    const { isDirectory, size } = Deno.statSync(path);
    isUsed = isDirectory ? !Deno.readDirSync(path)[Symbol.iterator]().next().done : size > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!isUsed) return;
  throw imageError("image-layout", `Cannot save to "${path}": something else is there already`, {
    hint: "Give a new path, or that of an OCI layout",
  });
}

/** Writes images of the store into a layout under their full names. */
export async function saveImages(
  context: ImageContext,
  { names, path }: { readonly names: readonly string[]; readonly path: string },
  options: CopyOptions = {},
): Promise<CopiedImage[]> {
  const kind = path.endsWith(".tar") ? "oci-archive" : "oci";
  const layout = await openLayout({ kind, path });
  refuseOther(path, layout);
  const copied: CopiedImage[] = [];
  for (const name of names) {
    const from = await openStored(context, name);
    const tag = from.location.kind === "registry"
      ? storedName(from.location.reference)
      : from.location.tag ?? "latest";
    copied.push(await copyOpen(from, { name: from.name, target: layout, tag }, options));
  }
  layout.flush();
  return copied;
}

/** The repository of images that a layout gives a tag only. */
function repositoryOf(path: string): string {
  const name = path.replace(/\/+$/, "").replace(/^.*\//, "").replace(/\.tar$/, "");
  const word = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return `localhost/${word === "" ? "image" : word}`;
}

/** A name of a layout as a reference; undefined for what is no image's name. */
function nameOf(text: string, path: string): Reference | undefined {
  if (isCompanionTag(text)) return undefined;
  try {
    const reference = parseReference(/[/:]/.test(text) ? text : `${repositoryOf(path)}:${text}`);
    return isCompanionTag(reference.tag ?? "") ? undefined : reference;
  } catch {
    return undefined;
  }
}

/** Brings every named image of a layout or archive into the store. */
export async function loadImages(
  context: ImageContext,
  path: string,
  options: TransferOptions = {},
): Promise<CopiedImage[]> {
  const plain = path.replace(/^oci(?:-archive)?:/, "");
  const kind = isDirectory(plain) ? "oci" : "oci-archive";
  const layout = await openLayout({ kind, path: plain });
  const loaded: CopiedImage[] = [];
  for (const tag of await layout.tags()) {
    const reference = nameOf(tag, plain);
    if (reference !== undefined) {
      loaded.push(await loadOne(context, layout, { tag, reference, options }));
    }
  }
  if (loaded.length > 0) return loaded;
  throw imageError("image-not-found", `Cannot load "${path}": it has no image with a name`);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

async function loadOne(
  { store, now }: ImageContext,
  layout: Layout,
  { tag, reference, options }: {
    readonly tag: string;
    readonly reference: Reference;
    readonly options: TransferOptions;
  },
): Promise<CopiedImage> {
  const name = storedName(reference);
  const { onProgress } = options;
  const memo = new Memo({ source: layout, ...(onProgress === undefined ? {} : { onProgress }) });
  const descriptor = await layout.resolve(tag);
  const graph = await readGraph(memo, descriptor, { name, isPartial: true });
  if (graph.manifests.length === 0) {
    throw imageError("image-incomplete", `Cannot load "${name}": "${layout.name}" lacks it`);
  }
  const companions = await findCompanions(layout, graph.documents);
  await forEachOf(graph.blobs, (blob) => memo.fetch(blob));
  for (const companion of companions) {
    const { descriptor: one, manifest } = companion;
    await forEachOf([one, manifest.config, ...manifest.layers], (blob) => memo.fetch(blob));
  }
  const repository = name.replace(/(?:@sha\d+:[0-9a-f]+|:[^/:]*)$/, "");
  const tagged = companions.filter((one) => one.tag !== undefined)
    .map((one) => ({ name: `${repository}:${one.tag}`, descriptor: one.descriptor }));
  await store.add({
    content: await memo.all(),
    names: [{ name, descriptor }, ...tagged],
    referrers: companions.filter((one) => one.tag === undefined).map((one) => one.descriptor),
  }, now());
  return { name, descriptor, referrers: companions.length };
}
