/**
 * An OCI image layout: blobs by digest, and an index of what has a name.
 *
 * @module
 */
import type { ContentTarget, FetchOptions } from "../content/source.ts";
import { verifyBytes } from "../digest.ts";
import { embeddedBytes, encodeJson, limitOf, readDescriptor, readDocument } from "../documents.ts";
import { isObject, readJson } from "../documents.ts";
import { imageError } from "../errors.ts";
import { Annotation, Limit, MANIFEST_TYPES, MediaType } from "../media_types.ts";
import { isDigest } from "../reference.ts";
import type { Descriptor } from "../types.ts";
import type { LayoutFiles } from "./files.ts";

const INDEX = "index.json";
const MARK = "oci-layout";
const VERSION = "1.0.0";

/** Path of a blob below a layout. */
export function blobPath(digest: string): string {
  if (!isDigest(digest)) throw new RangeError(`Cannot name a file after "${digest}"`);
  return `blobs/${digest.replace(":", "/")}`;
}

/** Name of an entry, undefined when it has none. */
export function entryName({ annotations }: Descriptor): string | undefined {
  return annotations?.[Annotation.REF_NAME];
}

/** Makes the text of an index from its entries. */
function encodeIndex(entries: readonly Descriptor[]): Uint8Array<ArrayBuffer> {
  const mediaType = MediaType.OCI_INDEX;
  return encodeJson({ schemaVersion: 2, mediaType, manifests: entries });
}

/** Reads the entries of an index; undefined when there is no layout. */
export function readEntries(files: LayoutFiles): Descriptor[] | undefined {
  const bytes = files.read(INDEX, Limit.MANIFEST);
  if (bytes === undefined) return undefined;
  const what = `"${INDEX}" of "${files.name}"`;
  const { manifests } = readJson(bytes, what);
  if (!Array.isArray(manifests)) {
    throw imageError("image-malformed", `Cannot read ${what}: it lists no manifests`);
  }
  return manifests.map((one) => readDescriptor(one, what));
}

/** Writes the entries of an index, and the mark of a layout. */
export function writeEntries(files: LayoutFiles, entries: readonly Descriptor[]): void {
  if (files.size(MARK) === undefined) {
    files.write(MARK, encodeJson({ imageLayoutVersion: VERSION }));
  }
  files.write(INDEX, encodeIndex(entries));
}

/** What a manifest says it is; some say it by their content only. */
function typeOf(bytes: Uint8Array, what: string): string {
  const json = readJson(bytes, what);
  const { mediaType } = json;
  if (typeof mediaType === "string") return mediaType;
  return "manifests" in json ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
}

/** Reads and writes one layout. */
export class Layout implements ContentTarget {
  /** `oci:PATH` or `oci-archive:PATH`. */
  readonly name: string;
  readonly #files: LayoutFiles;
  #entries: Descriptor[] | undefined;

  constructor(files: LayoutFiles) {
    this.#files = files;
    this.name = files.name;
  }

  /** Everything that the index lists; an absent layout lists nothing. */
  entries(): readonly Descriptor[] {
    this.#entries ??= readEntries(this.#files) ?? [];
    return this.#entries;
  }

  /** True when there is a layout. */
  isThere(): boolean {
    return this.#files.size(INDEX) !== undefined;
  }

  #checkThere(): void {
    if (this.isThere()) return;
    throw imageError("image-not-found", `Cannot read "${this.name}": there is no OCI layout`, {
      hint: "A layout has the files oci-layout and index.json",
    });
  }

  /** The manifest that a name, a digest, or nothing stands for, when the layout has only one. */
  async resolve(reference?: string): Promise<Descriptor> {
    this.#checkThere();
    const named = this.entries().filter((entry) => {
      const name = entryName(entry);
      return reference === undefined
        ? name !== undefined || this.entries().length === 1
        : name === reference || entry.digest === reference;
    });
    const [first, second] = named;
    if (reference === undefined && second !== undefined) throw this.#ambiguous(named);
    const found = first ?? await this.#resolveDigest(reference);
    if (found === undefined) throw this.#unknown(reference);
    const { mediaType, digest, size } = found;
    const bytes = await this.fetch({ mediaType, digest, size });
    readDocument(bytes, mediaType, `the manifest ${digest} of "${this.name}"`);
    return { mediaType, digest, size };
  }

  /** A manifest that no entry lists, as those of single platforms. */
  async #resolveDigest(digest: string | undefined): Promise<Descriptor | undefined> {
    if (digest === undefined || !isDigest(digest)) return undefined;
    const bytes = this.#files.read(blobPath(digest), Limit.MANIFEST);
    if (bytes === undefined) return undefined;
    await verifyBytes(bytes, { digest, size: bytes.length }, this.name);
    return { mediaType: typeOf(bytes, digest), digest, size: bytes.length };
  }

  #ambiguous(named: readonly Descriptor[]) {
    const names = named.map(entryName).filter((name) => name !== undefined);
    return imageError(
      "image-not-found",
      `Cannot choose an image of "${this.name}": it has ` +
        `${named.length}: ${names.slice(0, 8).join(", ")}`,
      {
        hint: `Write ${this.name}:TAG`,
      },
    );
  }

  #unknown(reference: string | undefined) {
    const names = this.entries().map(entryName).filter((name) => name !== undefined);
    const has = names.length === 0
      ? "it has no named one"
      : `it has ${names.slice(0, 8).join(", ")}`;
    return imageError(
      "image-not-found",
      `Cannot find "${reference ?? "an image"}" in ` +
        `"${this.name}": ${has}`,
    );
  }

  /** The bytes of a manifest or blob, compared with the descriptor. */
  async fetch(
    descriptor: Descriptor,
    options: FetchOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { digest, mediaType } = descriptor;
    const limit = options.limit ?? limitOf(mediaType);
    const bytes = embeddedBytes(descriptor) ?? this.#files.read(blobPath(digest), limit);
    if (bytes === undefined) {
      throw imageError("image-incomplete", `Cannot read ${digest}: "${this.name}" lacks it`);
    }
    await verifyBytes(bytes, descriptor, this.name);
    return bytes;
  }

  /** True when there is a file of that digest and size. */
  exists({ digest, size }: Descriptor): Promise<boolean> {
    return Promise.resolve(this.#files.size(blobPath(digest)) === size);
  }

  /** Manifests that name this one as their subject. */
  async referrers({ digest }: Descriptor): Promise<readonly Descriptor[]> {
    const listed = await this.#fallbackReferrers(digest);
    const found = new Map(listed.map((one) => [one.digest, one]));
    for (const entry of this.entries().slice(0, Limit.MANIFESTS)) {
      const { mediaType, size } = entry;
      // named entries are images, tags of signatures, or lists of referrers
      if (entryName(entry) !== undefined || !MANIFEST_TYPES.includes(mediaType)) continue;
      // layouts of one platform list manifests of others that they do not hold
      if (!this.#holds(entry)) continue;
      const bytes = await this.fetch(entry);
      const document = readDocument(bytes, mediaType, entry.digest);
      const { subject } = document.kind === "index" ? document.index : document.manifest;
      if (subject?.digest === digest) {
        found.set(entry.digest, { mediaType, digest: entry.digest, size });
      }
    }
    return [...found.values()].slice(0, Limit.REFERRERS);
  }

  #holds(descriptor: Descriptor): boolean {
    return embeddedBytes(descriptor) !== undefined ||
      this.#files.size(blobPath(descriptor.digest)) !== undefined;
  }

  async #fallbackReferrers(digest: string): Promise<readonly Descriptor[]> {
    const tag = digest.replace(":", "-");
    const entry = this.entries().find((one) => entryName(one) === tag);
    if (entry === undefined) return [];
    const document = readDocument(await this.fetch(entry), entry.mediaType, tag);
    return document.kind === "index" ? document.index.manifests : [];
  }

  /** All names. */
  tags(): Promise<readonly string[]> {
    this.#checkThere();
    return Promise.resolve(this.entries().map(entryName).filter((name) => name !== undefined));
  }

  /** Stores bytes; a manifest that belongs to another one is listed. */
  async push(descriptor: Descriptor, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { mediaType, digest, size } = descriptor;
    await verifyBytes(bytes, descriptor, this.name);
    if (this.#files.size(blobPath(digest)) !== size) this.#files.write(blobPath(digest), bytes);
    if (!MANIFEST_TYPES.includes(mediaType)) return;
    const json = readJson(bytes, digest);
    const isListed = this.entries().some((entry) => entry.digest === digest);
    if (!isObject(json["subject"]) || isListed) return;
    const { artifactType } = json;
    const type = typeof artifactType === "string" ? { artifactType } : {};
    this.#write([...this.entries(), { mediaType, digest, size, ...type }]);
  }

  /** Lets a name stand for a manifest. */
  tag(descriptor: Descriptor, tag: string): Promise<void> {
    const { mediaType, digest, size } = descriptor;
    const others = this.entries().filter((entry) => entryName(entry) !== tag);
    const annotations = { [Annotation.REF_NAME]: tag };
    return Promise.resolve(this.#write([...others, { mediaType, digest, size, annotations }]));
  }

  #write(entries: Descriptor[]): void {
    writeEntries(this.#files, entries);
    this.#entries = entries;
  }

  /** Brings to the disk what was written, where that is one step. */
  flush(): void {
    this.#files.flush();
  }
}
