/**
 * A repository of a registry, as the OCI distribution specification 1.1 describes it.
 *
 * @module
 */
import type { ContentTarget, FetchOptions } from "../content/source.ts";
import { digestLike, digestOf, verifyBytes } from "../digest.ts";
import {
  embeddedBytes,
  encodeJson,
  limitOf,
  readDescriptor,
  readDocument,
  readJson,
} from "../documents.ts";
import { imageError, isImageError } from "../errors.ts";
import { Limit, MANIFEST_TYPES, MediaType } from "../media_types.ts";
import { isDigest } from "../reference.ts";
import type { Descriptor, Index } from "../types.ts";
import { answerError, nextPage } from "./answers.ts";
import { Session, type SessionOptions } from "./session.ts";
import { uploadBlob } from "./upload.ts";

const ACCEPT = [...MANIFEST_TYPES].join(", ");
/** Answers to a question for referrers of registries that do not know it. */
const NO_REFERRERS: readonly number[] = [400, 404, 405, 406, 410, 501];
const MAX_PAGES = 64;

/** The tag under which referrers are listed where the registry does not list them itself. */
function referrersTag(digest: string): string {
  return digest.replace(":", "-");
}

function isManifest({ mediaType }: Descriptor): boolean {
  return MANIFEST_TYPES.includes(mediaType);
}

/** A repository of a registry. */
export class Repository implements ContentTarget {
  /** `registry/repository`. */
  readonly name: string;
  readonly #session: Session;
  /** Manifests that were read to resolve a name: small, and asked for next. */
  readonly #manifests = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(options: SessionOptions) {
    this.name = `${options.host}/${options.repository}`;
    this.#session = new Session(options);
  }

  /** The manifest that a tag or digest names. */
  async resolve(reference: string): Promise<Descriptor> {
    const what = `the manifest "${reference}" of "${this.name}"`;
    const { answer, bytes } = await this.#session.read(
      { method: "GET", url: this.#manifestUrl(reference), headers: { accept: ACCEPT } },
      { limit: Limit.MANIFEST, what },
    );
    if (bytes === undefined) throw await answerError(answer.response, `Cannot get ${what}`);
    const digest = isDigest(reference) ? await digestLike(bytes, reference) : await digestOf(bytes);
    const wanted = isDigest(reference)
      ? reference
      : await this.#announced(answer.response, bytes) ?? digest;
    const descriptor = { mediaType: "", digest: wanted, size: bytes.length };
    await verifyBytes(bytes, descriptor, this.name);
    const mediaType = this.#mediaType(answer.response, bytes, what);
    readDocument(bytes, mediaType, what);
    this.#manifests.set(wanted, bytes);
    return { ...descriptor, mediaType };
  }

  /** What the registry says the digest is: its own mistake is better found than passed on. */
  async #announced({ headers }: Response, bytes: Uint8Array<ArrayBuffer>) {
    const said = headers.get("docker-content-digest") ?? "";
    // names are resolved to sha256, whatever else the registry can do
    if (!isDigest(said)) return undefined;
    return said.startsWith("sha256:") ? said : await digestOf(bytes);
  }

  #mediaType({ headers }: Response, bytes: Uint8Array, what: string): string {
    const said = (headers.get("content-type") ?? "").split(";", 1)[0]?.trim() ?? "";
    if (MANIFEST_TYPES.includes(said)) return said;
    const isVague = ["", "application/json", "application/octet-stream"].includes(said);
    const own = isVague ? readJson(bytes, what)["mediaType"] : undefined;
    if (typeof own === "string" && MANIFEST_TYPES.includes(own)) return own;
    throw imageError(
      "image-media-type",
      `Cannot read ${what}: "${said}" is neither a manifest nor an index`,
      { hint: "Is this the address of a registry?" },
    );
  }

  #manifestUrl(reference: string): string {
    return this.#session.url(`manifests/${reference}`);
  }

  #urlOf(descriptor: Descriptor): string {
    const { digest } = descriptor;
    return isManifest(descriptor)
      ? this.#manifestUrl(digest)
      : this.#session.url(`blobs/${digest}`);
  }

  /** The bytes of a manifest or blob, compared with the descriptor. */
  async fetch(
    descriptor: Descriptor,
    options: FetchOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { digest, mediaType, size } = descriptor;
    const { limit = limitOf(mediaType), onProgress } = options;
    const what = `${digest} of "${this.name}"`;
    if (size > limit) {
      const message = `Cannot get ${what}: it has ${size} bytes, at most ${limit} are taken`;
      throw imageError("image-too-large", message);
    }
    const known = this.#manifests.get(digest) ?? embeddedBytes(descriptor);
    if (known !== undefined) {
      await verifyBytes(known, descriptor, this.name);
      return known;
    }
    const { answer, bytes } = await this.#session.read({
      method: "GET",
      url: this.#urlOf(descriptor),
      ...(isManifest(descriptor) ? { headers: { accept: mediaType } } : {}),
    }, {
      limit: size,
      what,
      onBytes: (done) => onProgress?.({ descriptor, done, total: size }),
    });
    if (bytes === undefined) throw await answerError(answer.response, `Cannot get ${what}`);
    await verifyBytes(bytes, descriptor, this.name);
    return bytes;
  }

  /** True when the repository has it. */
  async exists(descriptor: Descriptor): Promise<boolean> {
    const { response } = await this.#session.send({
      method: "HEAD",
      url: this.#urlOf(descriptor),
      ...(isManifest(descriptor) ? { headers: { accept: descriptor.mediaType } } : {}),
    });
    await response.body?.cancel();
    if (response.status === 200) return true;
    if (response.status === 404) return false;
    throw await answerError(response, `Cannot look for ${descriptor.digest} in "${this.name}"`);
  }

  /** Manifests that name this one as their subject. */
  async referrers({ digest }: Descriptor): Promise<readonly Descriptor[]> {
    const listed = await this.#referrersByApi(digest) ?? await this.#referrersByTag(digest);
    return listed.slice(0, Limit.REFERRERS);
  }

  async #referrersByApi(digest: string): Promise<Descriptor[] | undefined> {
    const found: Descriptor[] = [];
    let url: string | undefined = this.#session.url(`referrers/${digest}`);
    for (let page = 0; url !== undefined && page < MAX_PAGES; page++) {
      const what = `the referrers of ${digest} in "${this.name}"`;
      const headers = { accept: MediaType.OCI_INDEX };
      const { answer, bytes } = await this.#session.read({ method: "GET", url, headers }, {
        limit: Limit.MANIFEST,
        what,
      });
      const { response } = answer;
      if (NO_REFERRERS.includes(response.status)) {
        await response.body?.cancel();
        return undefined;
      }
      if (bytes === undefined) throw await answerError(response, `Cannot get ${what}`);
      if (!(response.headers.get("content-type") ?? "").startsWith(MediaType.OCI_INDEX)) {
        return undefined;
      }
      const manifests = readJson(bytes, what)["manifests"];
      if (!Array.isArray(manifests)) return undefined;
      found.push(...manifests.map((one) => readDescriptor(one, what)));
      if (found.length >= Limit.REFERRERS) return found;
      url = nextPage(response.headers.get("link"), answer.url);
    }
    return found;
  }

  async #referrersByTag(digest: string): Promise<readonly Descriptor[]> {
    const index = await this.#referrersIndex(digest);
    return index?.manifests ?? [];
  }

  async #referrersIndex(digest: string): Promise<Index | undefined> {
    try {
      const descriptor = await this.resolve(referrersTag(digest));
      const bytes = await this.fetch(descriptor);
      const document = readDocument(bytes, descriptor.mediaType, "the list of referrers");
      return document.kind === "index" ? document.index : undefined;
    } catch (error) {
      if (isImageError(error, "image-not-found")) return undefined;
      throw error;
    }
  }

  /** All tags. */
  async tags(): Promise<readonly string[]> {
    const tags: string[] = [];
    let url: string | undefined = this.#session.url("tags/list?n=500");
    for (let page = 0; url !== undefined && page < MAX_PAGES; page++) {
      const what = `the tags of "${this.name}"`;
      const { answer, bytes } = await this.#session.read({ method: "GET", url }, {
        limit: Limit.MANIFEST,
        what,
      });
      if (bytes === undefined) throw await answerError(answer.response, `Cannot get ${what}`);
      const listed = readJson(bytes, what)["tags"];
      // a repository without tags says null
      if (Array.isArray(listed)) tags.push(...listed.filter((tag) => typeof tag === "string"));
      url = nextPage(answer.response.headers.get("link"), answer.url);
    }
    return tags;
  }

  /** Sends a manifest or blob that the repository does not have. */
  async push(descriptor: Descriptor, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await verifyBytes(bytes, descriptor, this.name);
    if (!isManifest(descriptor)) return await uploadBlob(this.#session, descriptor, bytes);
    await this.#putManifest(descriptor, bytes, descriptor.digest);
  }

  /** Lets a tag name a manifest that was pushed before. */
  async tag(descriptor: Descriptor, tag: string): Promise<void> {
    await this.#putManifest(descriptor, await this.fetch(descriptor), tag);
  }

  async #putManifest(
    descriptor: Descriptor,
    bytes: Uint8Array<ArrayBuffer>,
    reference: string,
  ): Promise<void> {
    const { digest, mediaType } = descriptor;
    const { response } = await this.#session.send({
      method: "PUT",
      url: this.#manifestUrl(reference),
      headers: { "content-type": mediaType },
      body: bytes,
    }, "pull,push");
    if (response.status !== 201) {
      throw await answerError(response, `Cannot push "${reference}" to "${this.name}"`);
    }
    await response.body?.cancel();
    this.#manifests.set(digest, bytes);
    const stored = response.headers.get("docker-content-digest") ?? digest;
    if (stored !== digest && stored.startsWith("sha256:") && digest.startsWith("sha256:")) {
      throw imageError(
        "image-digest-mismatch",
        `Cannot push "${reference}" to "${this.name}": it stored ${stored}, not ${digest}`,
      );
    }
    if (response.headers.has("oci-subject")) return;
    const document = readDocument(bytes, mediaType, `the manifest "${reference}"`);
    const { subject } = document.kind === "index" ? document.index : document.manifest;
    if (subject !== undefined) await this.#listReferrer(subject, descriptor, document);
  }

  /** Lists a referrer where the registry does not do that by itself. */
  async #listReferrer(
    subject: Descriptor,
    { mediaType, digest, size }: Descriptor,
    document: ReturnType<typeof readDocument>,
  ): Promise<void> {
    const known = await this.#referrersIndex(subject.digest);
    if (known?.manifests.some((one) => one.digest === digest)) return;
    const content = document.kind === "index" ? document.index : document.manifest;
    const artifactType = content.artifactType ??
      (document.kind === "manifest" ? document.manifest.config.mediaType : undefined);
    const entry = {
      mediaType,
      digest,
      size,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(content.annotations === undefined ? {} : { annotations: content.annotations }),
    };
    const bytes = encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_INDEX,
      manifests: [...known?.manifests ?? [], entry],
    });
    const list = {
      mediaType: MediaType.OCI_INDEX,
      digest: await digestOf(bytes),
      size: bytes.length,
    };
    await this.#putManifest(list, bytes, referrersTag(subject.digest));
  }
}
