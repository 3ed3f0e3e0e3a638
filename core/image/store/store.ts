/**
 * The local store: an OCI layout whose entries are named as in their registries, so that other
 * tools can read it. Content is stored once, whatever names it has.
 *
 * Writers hold a lock; the index is replaced as a whole after the blobs are there. A killed writer
 * leaves blobs that nothing names, and the next prune removes them.
 *
 * @module
 */
import { removeIfThere } from "../../files/if_there.ts";
import { acquireLock, type Lock } from "../../store/lock.ts";
import { verifyBytes } from "../digest.ts";
import { imageError } from "../errors.ts";
import { DirectoryFiles } from "../layout/files.ts";
import { blobPath, entryName, readEntries, writeEntries } from "../layout/layout.ts";
import { Annotation, Limit } from "../media_types.ts";
import { isCompanionTag } from "../transfer/companions.ts";
import type { Descriptor } from "../types.ts";

const LOCK_TIMEOUT_MS = 30_000;

/** Something with its bytes. */
export interface Content {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What comes into the store at once: all of it or nothing. */
export interface Addition {
  /** Blobs and manifests. */
  readonly content: readonly Content[];
  /** Manifests that get a name. */
  readonly names: readonly { readonly name: string; readonly descriptor: Descriptor }[];
  /** Manifests that are kept because they belong to others. */
  readonly referrers: readonly Descriptor[];
}

function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

/** The entry of a name that another image takes: it stays until a prune. */
function withoutName(entry: Descriptor): Descriptor {
  const { [Annotation.REF_NAME]: name = "", ...others } = entry.annotations ?? {};
  return { ...entry, annotations: { ...others, [Annotation.FORMER_NAME]: name } };
}

/** Merges an addition into the entries. */
function mergeEntries(
  entries: readonly Descriptor[],
  { names, referrers }: Addition,
  now: Date,
): Descriptor[] {
  const stored = now.toISOString();
  let merged = [...entries];
  for (const { name, descriptor } of names) {
    const former = merged.find((entry) => entryName(entry) === name);
    merged = merged.filter((entry) => entry !== former);
    // an older signature under the same tag is part of the newer one
    const isImage = !isCompanionTag(name.slice(name.lastIndexOf(":") + 1));
    const isReplaced = isImage && former !== undefined && former.digest !== descriptor.digest &&
      !merged.some(({ digest }) => digest === former.digest);
    if (isReplaced) merged.push(withoutName(former));
    const isSame = former?.digest === descriptor.digest;
    const time = isSame ? former.annotations?.[Annotation.STORED] ?? stored : stored;
    // an image that gets a name is nameless no more
    merged = merged.filter((entry) =>
      entry.digest !== descriptor.digest || formerName(entry) === undefined
    );
    const annotations = { [Annotation.REF_NAME]: name, [Annotation.STORED]: time };
    merged.push({ ...plain(descriptor), annotations });
  }
  for (const referrer of referrers) {
    if (merged.some(({ digest }) => digest === referrer.digest)) continue;
    merged.push({ ...plain(referrer), annotations: { [Annotation.STORED]: stored } });
  }
  return merged;
}

/** The name that an entry had before another image took it; undefined for all others. */
export function formerName({ annotations }: Descriptor): string | undefined {
  return annotations?.[Annotation.FORMER_NAME];
}

/** The local store. */
export class ImageStore {
  /** Its directory. */
  readonly directory: string;
  readonly files: DirectoryFiles;

  constructor(directory: string) {
    this.directory = directory.replace(/\/+$/, "");
    this.files = new DirectoryFiles(this.directory);
  }

  /** Everything that is listed. */
  entries(): readonly Descriptor[] {
    return readEntries(this.files) ?? [];
  }

  /** True when something was stored before. */
  exists(): boolean {
    return this.files.size("index.json") !== undefined;
  }

  /** Takes the lock of writers; makes the directory first. */
  async lock(): Promise<Lock> {
    try {
      Deno.mkdirSync(this.directory, { recursive: true, mode: 0o755 });
    } catch (cause) {
      if (cause instanceof Deno.errors.NotCapable) throw cause;
      throw imageError("image-store", `Cannot make the store "${this.directory}"`, {
        hint: "Choose another place with --data-dir",
        cause,
      });
    }
    return await acquireLock(`${this.directory}/.lock`, LOCK_TIMEOUT_MS);
  }

  /** The bytes of a blob when they are there and sound; a damaged blob counts as absent. */
  async sound(descriptor: Descriptor): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = blobPath(descriptor.digest);
    if (this.files.size(path) !== descriptor.size) return undefined;
    const bytes = this.files.read(path, Limit.LAYER);
    if (bytes === undefined) return undefined;
    try {
      await verifyBytes(bytes, descriptor, this.files.name);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /**
   * Stores content and names it.
   *
   * @param addition What comes in.
   * @param now The time that is remembered.
   * @throws {BpfmanError} When the store cannot be written; then nothing of it is left.
   */
  async add(addition: Addition, now: Date): Promise<void> {
    using _lock = await this.lock();
    const written: string[] = [];
    try {
      for (const { descriptor, bytes } of addition.content) {
        const path = blobPath(descriptor.digest);
        if (await this.sound(descriptor) !== undefined) continue;
        if (this.files.size(path) === undefined) written.push(path);
        this.files.write(path, bytes);
      }
      this.write(mergeEntries(this.entries(), addition, now));
    } catch (error) {
      for (const path of written) this.removeFile(path);
      throw error;
    }
  }

  /** Replaces the index; the lock must be held. */
  write(entries: readonly Descriptor[]): void {
    writeEntries(this.files, entries);
  }

  /** Removes a file of the store; one that is gone already is fine. */
  removeFile(path: string): void {
    removeIfThere(`${this.directory}/${path}`);
  }
}
