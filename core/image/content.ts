/**
 * What holds images: a registry's repository, a layout, the local store. The names are those that
 * OCI libraries use for the same things, so that one of them can take the place of what is here.
 *
 * @module
 */
import type { Descriptor, Progress } from "./types.ts";

/** Options of {@link ContentSource.fetch}. */
export interface FetchOptions {
  /** Most bytes that are taken. @default the limit of the descriptor's media type */
  readonly limit?: number;
  /** Told about slow transfers. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Holds manifests and blobs, and names for some manifests. */
export interface ContentSource {
  /** For messages: `registry.example.com/net/xdp`, `oci:PATH`. */
  readonly name: string;
  /**
   * The manifest that a tag or a digest names.
   *
   * @param reference Tag or digest.
   * @throws {BpfmanError} `image-not-found` when there is none.
   */
  resolve(reference: string): Promise<Descriptor>;
  /**
   * The bytes of a manifest or blob, compared with digest and size.
   *
   * @throws {BpfmanError} When they are not there, too long, too short or others.
   */
  fetch(descriptor: Descriptor, options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** True when the manifest or blob is there. */
  exists(descriptor: Descriptor): Promise<boolean>;
  /**
   * Manifests that name this one as their subject: signatures, BTFs. Nothing of what the holder
   * says about them is filtered on, as some name another type than the manifest has.
   */
  referrers(subject: Descriptor): Promise<readonly Descriptor[]>;
  /** All tags. */
  tags(): Promise<readonly string[]>;
}

/** A source that takes content as well. */
export interface ContentTarget extends ContentSource {
  /** Stores bytes; what is there already is left alone. Blobs come before what names them. */
  push(descriptor: Descriptor, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Lets a tag name a manifest that is there. */
  tag(descriptor: Descriptor, tag: string): Promise<void>;
}
