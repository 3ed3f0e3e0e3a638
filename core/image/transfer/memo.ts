/**
 * Content on its way: fetched once, held until everything is known to be good.
 *
 * @module
 */
import type { ContentSource } from "../content/source.ts";
import { imageError } from "../errors.ts";
import { Limit } from "../media_types.ts";
import type { Content } from "../store/store.ts";
import type { Descriptor, Progress } from "../types.ts";

/** Where content is looked for first, such as the store. */
export type Cache = (
  descriptor: Descriptor,
) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** Options of {@link Memo}. */
export interface MemoOptions {
  readonly source: Pick<ContentSource, "fetch" | "name">;
  /** @default nothing is known */
  readonly cache?: Cache;
  readonly onProgress?: (progress: Progress) => void;
}

/** Fetches each piece of content once and keeps it. */
export class Memo {
  readonly #options: MemoOptions;
  readonly #content = new Map<string, Promise<Content>>();
  #size = 0;
  #transferred = 0;

  constructor(options: MemoOptions) {
    this.#options = options;
  }

  /** Bytes that came from the source and not from the cache. */
  get transferred(): number {
    return this.#transferred;
  }

  /** The bytes of some content. */
  async fetch(descriptor: Descriptor): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#content.get(descriptor.digest);
    if (known !== undefined) return (await known).bytes;
    const coming = this.#get(descriptor);
    this.#content.set(descriptor.digest, coming);
    return (await coming).bytes;
  }

  async #get(descriptor: Descriptor): Promise<Content> {
    const { source, cache, onProgress } = this.#options;
    this.#size += descriptor.size;
    if (this.#size > Limit.IMAGE) {
      throw imageError(
        "image-too-large",
        `Cannot get "${source.name}": the image has more than ${Limit.IMAGE} bytes`,
      );
    }
    const cached = await cache?.(descriptor);
    if (cached !== undefined) return { descriptor, bytes: cached };
    const options = onProgress === undefined ? {} : { onProgress };
    const bytes = await source.fetch(descriptor, options);
    this.#transferred += bytes.length;
    return { descriptor, bytes };
  }

  /** Everything that was fetched, in no order. */
  all(): Promise<Content[]> {
    return Promise.all(this.#content.values());
  }
}
