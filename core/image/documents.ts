/**
 * Manifests, indexes and configurations out of untrusted bytes.
 *
 * @module
 */
import { imageError } from "./errors.ts";
import { INDEX_TYPES, Limit, MANIFEST_TYPES } from "./media_types.ts";
import { isDigest } from "./reference.ts";
import type { Descriptor, Index, Manifest, Platform } from "./types.ts";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object that is no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(what: string, why: string, cause?: unknown) {
  return imageError("image-malformed", `Cannot read ${what}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Reads an object of JSON.
 *
 * @param bytes The text in UTF-8.
 * @param what What it is, for messages.
 * @throws {BpfmanError} When it is none.
 */
export function readJson(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed(what, "it is not JSON", cause);
  }
  if (!isObject(value)) throw malformed(what, "it is not an object");
  return value;
}

/** The entries of an object whose values are texts; what is no text is left out. */
export function readTexts(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  const texts = Object.entries(value).filter(([, text]) => typeof text === "string");
  return Object.fromEntries(texts) as Record<string, string>;
}

function readPlatform(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return { os, architecture, ...(typeof variant === "string" ? { variant } : {}) };
}

/**
 * Reads a descriptor.
 *
 * @throws {BpfmanError} When digest, size or media type are missing or impossible.
 */
export function readDescriptor(value: unknown, what: string): Descriptor {
  if (!isObject(value)) throw malformed(what, "a descriptor is not an object");
  const { mediaType, digest, size, artifactType, data } = value;
  if (typeof mediaType !== "string") throw malformed(what, "a descriptor has no media type");
  if (typeof digest !== "string" || !isDigest(digest)) {
    throw malformed(what, "a descriptor has no digest that is known");
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw malformed(what, "a descriptor has no size");
  }
  const platform = readPlatform(value["platform"]);
  return {
    mediaType,
    digest,
    size,
    ...(isObject(value["annotations"]) ? { annotations: readTexts(value["annotations"]) } : {}),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(platform === undefined ? {} : { platform }),
    ...(typeof data === "string" ? { data } : {}),
  };
}

function readList(value: unknown, what: string, limit: number): Descriptor[] {
  if (!Array.isArray(value)) throw malformed(what, "a list is missing");
  if (value.length > limit) throw malformed(what, `it lists more than ${limit} things`);
  return value.map((one) => readDescriptor(one, what));
}

function common(json: JsonObject, what: string) {
  const { mediaType, artifactType, subject, annotations } = json;
  return {
    schemaVersion: 2 as const,
    ...(typeof mediaType === "string" ? { mediaType } : {}),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(isObject(subject) ? { subject: readDescriptor(subject, what) } : {}),
    ...(annotations === undefined ? {} : { annotations: readTexts(annotations) }),
  };
}

/** A document that names other content. */
export type Document =
  | { readonly kind: "index"; readonly index: Index }
  | { readonly kind: "manifest"; readonly manifest: Manifest };

function checkKind(json: JsonObject, mediaType: string, what: string): void {
  const { schemaVersion, mediaType: own } = json;
  if (schemaVersion !== 2) throw malformed(what, "its schema version is not 2");
  if (own !== undefined && own !== mediaType) {
    throw imageError(
      "image-media-type",
      `Cannot read ${what}: it is said to be "${mediaType}" and calls itself "${String(own)}"`,
    );
  }
  const isIndex = INDEX_TYPES.includes(mediaType);
  if ("manifests" in json && ("layers" in json || "config" in json)) {
    throw malformed(what, "it is a manifest and an index at once");
  }
  if (isIndex !== "manifests" in json) throw malformed(what, `it is no "${mediaType}"`);
}

/**
 * Reads an index or a manifest.
 *
 * @param bytes The document, compared with its digest before.
 * @param mediaType What whoever names it says it is.
 * @param what What it is, for messages.
 * @throws {BpfmanError} When it is something else, or could be read in two ways.
 */
export function readDocument(bytes: Uint8Array, mediaType: string, what: string): Document {
  if (!MANIFEST_TYPES.includes(mediaType)) {
    throw imageError(
      "image-media-type",
      `Cannot read ${what}: "${mediaType}" is neither a manifest nor an index`,
    );
  }
  const json = readJson(bytes, what);
  checkKind(json, mediaType, what);
  if (INDEX_TYPES.includes(mediaType)) {
    const manifests = readList(json["manifests"], what, Limit.MANIFESTS);
    return { kind: "index", index: { ...common(json, what), manifests } };
  }
  const config = readDescriptor(json["config"], what);
  const layers = readList(json["layers"], what, Limit.LAYERS);
  return { kind: "manifest", manifest: { ...common(json, what), config, layers } };
}

/** The document as JSON, the same bytes for the same content. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Most bytes that content of a media type may have. */
export function limitOf(mediaType: string): number {
  if (MANIFEST_TYPES.includes(mediaType)) return Limit.MANIFEST;
  return mediaType.endsWith("+json") || mediaType.endsWith("+yaml") ? Limit.CONFIG : Limit.LAYER;
}

/**
 * The bytes that a descriptor carries itself; undefined when it carries none.
 *
 * @throws {BpfmanError} When they are no base64.
 */
export function embeddedBytes({ data, digest }: Descriptor): Uint8Array<ArrayBuffer> | undefined {
  if (data === undefined) return undefined;
  try {
    return Uint8Array.fromBase64(data);
  } catch (cause) {
    throw malformed(`the data of ${digest}`, "it is not base64", cause);
  }
}
