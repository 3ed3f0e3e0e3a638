/**
 * How an update gets files of a TUF repository: each is bounded in bytes and time, is kept in memory or
 * in the folder of the update, and is asked for once.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { BaseFetcher, Updater } from "npm:tuf-js@6.0.2";
import { DownloadHTTPError, DownloadLengthMismatchError } from "npm:tuf-js@6.0.2/dist/error.js";

/**
 * What reads repositories. By name, and not by `import()`: the package is none of ES modules, and a
 * bundler hands out no names of such a one later.
 */
export { Updater };

/** How long one file may take, milliseconds. */
const TIMEOUT_MS = 30_000;

/** Gets files; remembers whether it was the network that failed. */
export class BoundedFetcher extends BaseFetcher {
  readonly #folder: string;
  /** Why the mirror could not be asked; undefined when it answered. */
  failure: string | undefined;

  /** @param folder Where the target is kept while it is checked. */
  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  /** The body of a file. */
  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    let response: Response;
    try {
      response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      throw this.#failed(url, cause);
    }
    if (response.ok && response.body !== null) return response.body;
    await response.body?.cancel();
    // the next root is looked for until there is none
    const isNoRoot = [403, 404].includes(response.status) && /\/\d+\.root\.json$/.test(url);
    const why = `"${url}" answers with status ${response.status}`;
    if (!isNoRoot) this.failure = why;
    throw new DownloadHTTPError(`Cannot get the file: ${why}`, response.status);
  }

  /** The bytes of a file, at most so many. */
  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const body = await this.fetch(url);
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of body) {
        length += chunk.length;
        // leaving the loop closes the connection
        if (length > maxLength) throw new DownloadLengthMismatchError(`"${url}" is too long`);
        chunks.push(chunk);
      }
    } catch (cause) {
      if (cause instanceof DownloadLengthMismatchError) throw cause;
      throw this.#failed(url, cause);
    }
    return Buffer.concat(chunks);
  }

  /** Hands a file to whoever checks it. */
  override async downloadFile<T>(
    url: string,
    maxLength: number,
    handler: (file: string) => Promise<T>,
  ): Promise<T> {
    const bytes = await this.downloadBytes(url, maxLength);
    const file = `${this.#folder}/download`;
    Deno.writeFileSync(file, bytes);
    try {
      return await handler(file);
    } finally {
      Deno.removeSync(file);
    }
  }

  #failed(url: string, cause: unknown): Error {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const message = inner instanceof Error ? inner.message : String(inner);
    // Deno says the address once more
    const why = message.replace(/^error sending request for url \([^)]*\): /, "");
    this.failure = `"${url}": ${why}`;
    return new Error(`Cannot get the file ${this.failure}`, { cause });
  }
}
