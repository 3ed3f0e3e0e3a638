/**
 * A layout of the fixtures in a registry of the tests, which has no referrers API, so that the tags of
 * the layout count.
 *
 * @module
 */
import { type Fault, OwnRegistry } from "../registry/support/own_registry.ts";
import type { StoredRepository } from "../registry/support/stored_repository.ts";

const REPOSITORY = "net/xdp";
const REF_NAME = "org.opencontainers.image.ref.name";
const MANIFEST_TYPE = /\.(manifest|index|manifest\.list)\.v[12]\+json$/;

/** Media type of a manifest or index, undefined for any other blob. */
function manifestType(bytes: Uint8Array): string | undefined {
  try {
    const { mediaType } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof mediaType === "string" && MANIFEST_TYPE.test(mediaType) ? mediaType : undefined;
  } catch (error) {
    // packed layers are neither UTF-8 nor JSON
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function fill(repository: StoredRepository, folder: URL): void {
  const blobs = new URL("blobs/sha256/", folder);
  for (const { name } of Deno.readDirSync(blobs)) {
    const bytes = Deno.readFileSync(new URL(name, blobs));
    repository.addBlob(bytes);
    const mediaType = manifestType(bytes);
    if (mediaType !== undefined) repository.addManifest({ mediaType, bytes });
  }
  const index = JSON.parse(Deno.readTextFileSync(new URL("index.json", folder)));
  for (const { digest, annotations } of index.manifests) {
    const tag = annotations?.[REF_NAME];
    if (tag !== undefined) repository.tags.set(tag, digest);
  }
}

/** Starts a registry with the content of a layout. */
export function serveLayout(folder: URL, fault?: Fault): OwnRegistry {
  const registry = OwnRegistry.start({
    hasReferrers: false,
    ...fault === undefined ? {} : { fault },
  });
  fill(registry.repository(REPOSITORY), folder);
  return registry;
}

/** Name of the layout's image `v1` in the registry. */
export function imageIn({ host }: OwnRegistry): string {
  return `${host}/${REPOSITORY}:v1`;
}
