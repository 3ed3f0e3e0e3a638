/**
 * Finds the signatures that a registry or layout holds of one manifest: cosign's tag, cosign's referrer,
 * and sigstore bundles as referrers.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type { ContentSource } from "../image/content/source.ts";
import type { Descriptor, Manifest } from "../image/types.ts";
import { COSIGN_SIGN_PREDICATE } from "./statement.ts";

/** A signature over a "simple signing" payload, as cosign 2 writes it: a layer with annotations. */
export interface SimpleSignature {
  readonly kind: "simplesigning";
  /** Where it was found: the tag, or the digest of the referrer. */
  readonly where: string;
  /** The bytes that are signed. */
  readonly payload: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A sigstore bundle. */
export interface BundleSignature {
  readonly kind: "bundle";
  readonly where: string;
  /** Text of the bundle. */
  readonly text: string;
}

/** A signature that was found; nothing of it is trusted yet. */
export type FoundSignature = SimpleSignature | BundleSignature;

/** What was found, and what could not be read. */
export interface Discovery {
  readonly found: readonly FoundSignature[];
  /** Why parts of it could not be read: an image with such is never called unsigned. */
  readonly failures: readonly Error[];
}

/** Media types (cosign's signature specification; sigstore's bundle format). */
const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.\d+\+json|\+json;version=0\.\d+)$/;
const SIGNATURE_ANNOTATION = "dev.cosignproject.cosign/signature";

/** Most of each that is looked at, so that a hostile registry cannot keep us busy. */
const MOST_REFERRERS = 64;
const MOST_LAYERS = 64;
const MOST_PAYLOAD_BYTES = 1024 * 1024;
const MOST_BUNDLE_BYTES = 4 * 1024 * 1024;

function isNotFound(error: unknown): boolean {
  return error instanceof BpfmanError &&
    (error.code === "image-not-found" || error.code === "image-not-stored");
}

function parseManifest(bytes: Uint8Array): Partial<Manifest> {
  const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (typeof json !== "object" || json === null) throw new TypeError("Cannot read the manifest");
  return json;
}

/** Reads what one manifest holds of signatures. */
async function readLayers(
  source: ContentSource,
  manifest: Partial<Manifest>,
  where: string,
): Promise<FoundSignature[]> {
  const found: FoundSignature[] = [];
  const layers = Array.isArray(manifest.layers) ? manifest.layers.slice(0, MOST_LAYERS) : [];
  for (const layer of layers) {
    const { mediaType, annotations = {} } = layer;
    if (mediaType === SIMPLE_SIGNING && annotations[SIGNATURE_ANNOTATION] !== undefined) {
      const payload = await source.fetch(layer, { limit: MOST_PAYLOAD_BYTES });
      found.push({ kind: "simplesigning", where, payload, annotations });
    } else if (BUNDLE.test(mediaType)) {
      const bytes = await source.fetch(layer, { limit: MOST_BUNDLE_BYTES });
      found.push({ kind: "bundle", where, text: new TextDecoder().decode(bytes) });
    }
  }
  return found;
}

/** The signatures under cosign's tag; none when there is no such tag. */
async function readTag(source: ContentSource, subject: Descriptor): Promise<FoundSignature[]> {
  const tag = `${subject.digest.replace(":", "-")}.sig`;
  let descriptor: Descriptor;
  try {
    descriptor = await source.resolve(tag);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
  return await readLayers(source, parseManifest(await source.fetch(descriptor)), tag);
}

async function readReferrer(
  source: ContentSource,
  subject: Descriptor,
  referrer: Descriptor,
): Promise<FoundSignature[]> {
  const manifest = parseManifest(await source.fetch(referrer));
  // a registry may list what belongs to something else
  if (manifest.subject?.digest !== subject.digest) return [];
  return await readLayers(source, manifest, referrer.digest);
}

/**
 * Finds the signatures of a manifest. What cannot be read does not hide the rest.
 *
 * @param source Where image and signatures are.
 * @param subject The index or manifest that the image's name stands for.
 * @returns All that was found, in the order of the registry, the tag first.
 */
export async function findSignatures(
  source: ContentSource,
  subject: Descriptor,
): Promise<Discovery> {
  const found: FoundSignature[] = [];
  const failures: Error[] = [];
  const attempt = async (work: () => Promise<FoundSignature[]>): Promise<void> => {
    try {
      found.push(...await work());
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  };
  await attempt(() => readTag(source, subject));
  let referrers: readonly Descriptor[] = [];
  await attempt(async () => {
    referrers = await source.referrers(subject);
    return [];
  });
  for (const referrer of referrers.slice(0, MOST_REFERRERS)) {
    await attempt(() => readReferrer(source, subject, referrer));
  }
  return { found, failures };
}

/** True for what says "this is signed", and not something else about the image. */
function isSignature(found: FoundSignature): boolean {
  if (found.kind === "simplesigning") return true;
  try {
    const { dsseEnvelope } = JSON.parse(found.text);
    const statement = JSON.parse(atob(dsseEnvelope.payload));
    return statement.predicateType === COSIGN_SIGN_PREDICATE;
  } catch {
    // whatever it is, no verification would take it for a signature
    return false;
  }
}

/**
 * How many signatures there are, whoever made them; attestations are none.
 *
 * @throws {Error} When a part of them could not be read.
 */
export async function countSignatures(
  source: ContentSource,
  subject: Descriptor,
): Promise<number> {
  const { found, failures } = await findSignatures(source, subject);
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return found.filter(isSignature).length;
}
