/**
 * Reads an OCI layout as the simplest possible source, so that what is tested is the judgement of
 * signatures and not the reading of layouts.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import type { ContentSource } from "../../core/image/content/source.ts";
import type { Descriptor } from "../../core/image/types.ts";

const REF_NAME = "org.opencontainers.image.ref.name";

/** A source that tests can spoil. */
export interface LayoutSource extends ContentSource {
  /** Blobs that are served instead of the ones on the disk, by digest. */
  readonly replaced: Map<string, Uint8Array<ArrayBuffer>>;
}

function notFound(name: string): BpfmanError {
  return new BpfmanError(`Cannot find "${name}"`, {
    code: "image-not-found",
    kind: ErrorKind.NOT_FOUND,
  });
}

/** Opens the layout in a folder. */
export function openLayout(folder: URL): LayoutSource {
  const index = JSON.parse(Deno.readTextFileSync(new URL("index.json", folder)));
  const entries: Descriptor[] = index.manifests;
  const replaced = new Map<string, Uint8Array<ArrayBuffer>>();
  const blob = (digest: string) =>
    replaced.get(digest) ??
      Deno.readFileSync(new URL(`blobs/${digest.replace(":", "/")}`, folder));
  const find = (name: string) =>
    entries.find(({ digest, annotations }) => digest === name || annotations?.[REF_NAME] === name);
  return {
    name: folder.pathname,
    replaced,
    resolve: (name) => {
      const found = find(name);
      return found === undefined ? Promise.reject(notFound(name)) : Promise.resolve(found);
    },
    fetch: ({ digest }) => Promise.try(() => blob(digest)),
    exists: ({ digest }) => Promise.resolve(find(digest) !== undefined),
    referrers: ({ digest }) =>
      Promise.try(() => {
        const listed = find(digest.replace(":", "-"));
        if (listed === undefined) return [];
        return JSON.parse(new TextDecoder().decode(blob(listed.digest))).manifests;
      }),
    tags: () => Promise.resolve(entries.map(({ annotations }) => annotations?.[REF_NAME] ?? "")),
  };
}
