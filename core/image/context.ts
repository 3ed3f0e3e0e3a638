/**
 * What the operations on images work with.
 *
 * @module
 */
import type { InspectOptions } from "./api.ts";
import type { ContentSource } from "./content/source.ts";
import { isImageError } from "./errors.ts";
import { ArchiveFiles, DirectoryFiles } from "./layout/files.ts";
import { Layout } from "./layout/layout.ts";
import {
  type ImageLocation,
  type LayoutSource,
  locationText,
  parseLocation,
  type Reference,
} from "./reference.ts";
import type { OpenOptions, Registries } from "./registry/registries.ts";
import type { ImageUse } from "./settings.ts";
import { askedOf, StoredRepository } from "./store/named.ts";
import type { ImageStore } from "./store/store.ts";
import { PullPolicy } from "./types.ts";

/** What the operations on images work with. */
export interface ImageContext {
  readonly store: ImageStore;
  readonly registries: Registries;
  /** Directory of updates of the trusted root. */
  readonly trustDirectory?: string;
  readonly now: () => Date;
  /** Which images loaded programs came from. */
  readonly inUse: () => Promise<readonly ImageUse[]>;
}

/** Opens a layout; an archive is read. */
export async function openLayout({ kind, path }: LayoutSource): Promise<Layout> {
  return new Layout(kind === "oci" ? new DirectoryFiles(path) : await ArchiveFiles.open(path));
}

/** An image that can be read: where it is and what to ask there for. */
export interface OpenImage {
  readonly location: ImageLocation;
  /** The name, complete. */
  readonly name: string;
  readonly source: ContentSource;
  /** Tag or digest; undefined for the only image of a layout. */
  readonly wanted: string | undefined;
}

/** Opens an image where it is stored: the local store for names of registries. */
export async function openStored(context: ImageContext, name: string): Promise<OpenImage> {
  const location = parseLocation(name);
  if (location.kind !== "registry") return await openLayoutImage(location);
  const source = new StoredRepository(context.store, location.reference);
  const wanted = askedOf(location.reference);
  return { location, name: locationText(location), source, wanted };
}

/** Opens an image of a layout. */
export async function openLayoutImage(location: LayoutSource): Promise<OpenImage> {
  const source = await openLayout(location);
  const wanted = location.digest ?? location.tag;
  return { location, name: locationText(location), source, wanted };
}

/** Opens an image in its registry. */
export function openRemote(
  context: ImageContext,
  reference: Reference,
  options: OpenOptions = {},
): OpenImage {
  const location = { kind: "registry", reference } as const;
  const source = context.registries.open(reference, options);
  return { location, name: locationText(location), source, wanted: askedOf(reference) };
}

/** The manifest that an open image is. */
export function resolveOpen({ source, wanted }: OpenImage) {
  // only layouts take no name for "the only one"
  return source instanceof Layout ? source.resolve(wanted) : source.resolve(wanted ?? "latest");
}

/** An image that can be read, and whether that needs no network. */
export interface FoundImage {
  readonly open: OpenImage;
  readonly isLocal: boolean;
}

/** Opens an image where it is: the store first, unless the registry is to be asked. */
export async function openSomewhere(
  context: ImageContext,
  text: string,
  { policy = PullPolicy.IF_NOT_PRESENT, signal }: InspectOptions,
): Promise<FoundImage> {
  const location = parseLocation(text);
  const stored = await openStored(context, text);
  if (location.kind !== "registry") return { open: stored, isLocal: true };
  if (policy !== PullPolicy.ALWAYS) {
    try {
      await resolveOpen(stored);
      return { open: stored, isLocal: true };
    } catch (error) {
      const isAbsent = isImageError(error, "image-not-stored");
      if (!isAbsent || policy === PullPolicy.NEVER) throw error;
    }
  }
  const remote = signal === undefined ? {} : { signal };
  return { open: openRemote(context, location.reference, remote), isLocal: false };
}
