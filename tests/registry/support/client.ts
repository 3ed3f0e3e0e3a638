/**
 * Images with a store of one test, and what a failed pull may not leave in it.
 *
 * @module
 */
import { deepEqual, equal, fail } from "node:assert/strict";
import { BpfmanError } from "../../../core/errors.ts";
import type { PullOptions } from "../../../core/image/api.ts";
import { type Images, openImages } from "../../../core/image/mod.ts";
import type { ImagesOptions } from "../../../core/image/settings.ts";
import { digestOf } from "./stored_repository.ts";

/** Every file below a folder with the digest of its bytes; empty when there is no folder. */
export function snapshotOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      const inner = `${path}/${name}`;
      if (isDirectory) walk(inner);
      else found[inner.slice(folder.length + 1)] = digestOf(Deno.readFileSync(inner));
    }
  };
  try {
    walk(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/** Blobs of a store or layout, by digest. */
export function blobsOf(folder: string): string[] {
  return Object.keys(snapshotOf(`${folder}/blobs`)).map((path) => path.replace("/", ":")).sort();
}

/** What a client works with besides a store. */
export type ClientOptions = Omit<ImagesOptions, "directory" | "wait" | "onWarning">;

/** Images on a store of their own. Waits between tries take no time, and are written down. */
export class Client implements Disposable {
  /** Folder of this client; the store is below it. */
  readonly folder: string;
  readonly images: Images;
  /** Waits between tries, milliseconds. */
  readonly waits: number[] = [];
  readonly warnings: string[] = [];

  private constructor(folder: string, options: ClientOptions) {
    this.folder = folder;
    this.images = openImages({
      directory: this.store,
      wait: (milliseconds) => {
        this.waits.push(milliseconds);
        return Promise.resolve();
      },
      onWarning: (message) => this.warnings.push(message),
      ...options,
    });
  }

  /** Opens an empty store. */
  static open(options: ClientOptions = {}): Client {
    return new Client(Deno.makeTempDirSync({ prefix: "bpfman-images-" }), options);
  }

  /** Folder of the store. */
  get store(): string {
    return `${this.folder}/store`;
  }

  /**
   * Pulls an image that must fail with the code, and leave the store as it was.
   *
   * @returns The error.
   */
  async refuse(name: string, code: string, options: PullOptions = {}): Promise<BpfmanError> {
    const before = snapshotOf(this.store);
    const images = await this.images.list();
    let result: unknown;
    try {
      result = await this.images.pull(name, options);
    } catch (error) {
      if (!(error instanceof BpfmanError)) throw error;
      equal(error.code, code, error.message);
      deepEqual(snapshotOf(this.store), before, "the failed pull left something in the store");
      deepEqual(await this.images.list(), images);
      return error;
    }
    return fail(`pulled "${name}": ${JSON.stringify(result)}; wanted ${code}`);
  }

  [Symbol.dispose](): void {
    this.images[Symbol.dispose]();
    Deno.removeSync(this.folder, { recursive: true });
  }
}
