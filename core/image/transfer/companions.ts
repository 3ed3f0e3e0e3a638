/**
 * What goes with an image wherever it goes: signatures, attestations, BTFs. Some are manifests that
 * name it as their subject, older ones stand under a tag that is made of its digest.
 *
 * @module
 */
import type { ContentSource } from "../content/source.ts";
import { readDocument } from "../documents.ts";
import { isImageError } from "../errors.ts";
import { Limit, MANIFEST_TYPES } from "../media_types.ts";
import type { Descriptor, Manifest } from "../types.ts";
import { eachOf } from "./together.ts";

/** Ends of tags under which signatures, attestations and bills of materials stand. */
const TAG_ENDS: readonly string[] = [".sig", ".att", ".sbom"];
/** Those among them that a load may ask for. */
export const SIGNATURE_ENDS: readonly string[] = [".sig"];

/** What belongs to an image. */
export interface Companion {
  /** Its manifest. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  /** What it belongs to. */
  readonly subject: string;
  /** Tag that it stands under; undefined for those that name their subject. */
  readonly tag?: string;
}

/** The tag of what belongs to a digest. */
function companionTag(digest: string, end: string): string {
  return `${digest.replace(":", "-")}${end}`;
}

/** True for tags of what belongs to images. */
export function isCompanionTag(tag: string): boolean {
  return /^sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{128})(?:\.\w+)?$/.test(tag);
}

/** Everything about companions that {@link findCompanions} reads. */
type Source = Pick<ContentSource, "name" | "resolve" | "referrers" | "fetch">;

async function readManifest(source: Source, descriptor: Descriptor) {
  const what = `the manifest ${descriptor.digest} of "${source.name}"`;
  const document = readDocument(await source.fetch(descriptor), descriptor.mediaType, what);
  return document.kind === "manifest" ? document.manifest : undefined;
}

async function referrersOf(source: Source, subject: Descriptor): Promise<Companion[]> {
  const listed = await source.referrers(subject);
  const found = await Promise.all(
    listed.slice(0, Limit.REFERRERS).map(async (one) => {
      if (!MANIFEST_TYPES.includes(one.mediaType)) return undefined;
      const { mediaType, digest, size } = one;
      const descriptor = { mediaType, digest, size };
      const manifest = await readManifest(source, descriptor);
      // whoever serves the list may list what belongs to another image
      if (manifest?.subject?.digest !== subject.digest) return undefined;
      return { descriptor, manifest, subject: subject.digest };
    }),
  );
  return found.filter((one) => one !== undefined);
}

async function taggedOf(
  source: Source,
  { digest }: Descriptor,
  ends: readonly string[],
): Promise<Companion[]> {
  const found = await eachOf(ends.map(async (end) => {
    const tag = companionTag(digest, end);
    try {
      const descriptor = await source.resolve(tag);
      const manifest = await readManifest(source, descriptor);
      return manifest === undefined ? undefined : { descriptor, manifest, subject: digest, tag };
    } catch (error) {
      if (isImageError(error, "image-not-found", "image-not-stored")) return undefined;
      throw error;
    }
  }));
  return found.filter((one) => one !== undefined);
}

/**
 * Finds what belongs to some manifests.
 *
 * @param source Where they are.
 * @param subjects The manifests.
 * @param ends Ends of the tags that are looked for. @default {@link TAG_ENDS}
 * @throws {BpfmanError} When the source cannot be asked: that is never taken for "nothing".
 */
export async function findCompanions(
  source: Source,
  subjects: readonly Descriptor[],
  ends: readonly string[] = TAG_ENDS,
): Promise<Companion[]> {
  const found = await eachOf(
    subjects.flatMap((subject) => [referrersOf(source, subject), taggedOf(source, subject, ends)]),
  );
  return found.flat();
}
