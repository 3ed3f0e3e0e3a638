/**
 * Images of the store by their names.
 *
 * @module
 */
import type { ContentSource, FetchOptions } from "../content/source.ts";
import { entryName, Layout } from "../layout/layout.ts";
import { imageError } from "../errors.ts";
import { nearest } from "../../suggest.ts";
import type { Descriptor } from "../types.ts";
import type { Reference } from "../reference.ts";
import { referenceText, wantedOf } from "../reference.ts";
import type { ImageStore } from "./store.ts";

/** Name of a repository's image in the store: a digest decides where there is one. */
export function storedName({ tag, digest, ...repository }: Reference): string {
  return referenceText({
    ...repository,
    ...(digest !== undefined ? { digest } : tag !== undefined ? { tag } : {}),
  });
}

/** One repository as the store holds it. */
export class StoredRepository implements ContentSource {
  /** `registry/repository`. */
  readonly name: string;
  readonly #store: ImageStore;
  readonly #layout: Layout;

  constructor(store: ImageStore, { registry, repository }: Reference) {
    this.name = `${registry}/${repository}`;
    this.#store = store;
    this.#layout = new Layout(store.files);
  }

  /** The entry of a tag or digest, undefined when there is none. */
  find(reference: string): Descriptor | undefined {
    const { name } = this;
    const wanted = [`${name}:${reference}`, `${name}@${reference}`];
    const entries = this.#store.entries();
    return entries.find((entry) => wanted.includes(entryName(entry) ?? "")) ??
      // the same bytes, under whatever name they came
      entries.find((entry) => entry.digest === reference);
  }

  async resolve(reference: string): Promise<Descriptor> {
    const found = this.find(reference);
    if (found !== undefined) {
      const { mediaType, digest, size } = found;
      return { mediaType, digest, size };
    }
    if (reference.includes(":") && this.#layout.isThere()) {
      try {
        return await this.#layout.resolve(reference);
      } catch {
        // not among what others name either
      }
    }
    throw this.#unknown(reference);
  }

  #unknown(reference: string) {
    const name = `${this.name}${reference.includes(":") ? "@" : ":"}${reference}`;
    const names = this.#store.entries().map(entryName).filter((one) => one !== undefined);
    const [near] = nearest(name, names);
    return imageError("image-not-stored", `Image "${name}" is not in the store`, {
      hint: near === undefined ? `Get it with "image pull ${name}"` : `Did you mean "${near}"?`,
    });
  }

  fetch(descriptor: Descriptor, options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#layout.fetch(descriptor, options);
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return await this.#store.sound(descriptor) !== undefined;
  }

  referrers(subject: Descriptor): Promise<readonly Descriptor[]> {
    return this.#layout.referrers(subject);
  }

  tags(): Promise<readonly string[]> {
    const start = `${this.name}:`;
    const names = this.#store.entries().map(entryName).filter((name) => name !== undefined);
    const own = names.filter((name) => name.startsWith(start));
    return Promise.resolve(own.map((name) => name.slice(start.length)));
  }
}

/** What a reference asks of its repository; names without either never occur. */
export function askedOf(reference: Reference): string {
  return wantedOf(reference) ?? "latest";
}
