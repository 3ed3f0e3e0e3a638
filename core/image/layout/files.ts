/**
 * Where the files of a layout are: a directory, or an archive in memory.
 *
 * @module
 */
import { replaceFile } from "../../files/write.ts";
import { imageError } from "../errors.ts";
import { unpack } from "../gzip.ts";
import { readTar, writeTar } from "../tar.ts";

/** Files of a layout by their path below it. */
export interface LayoutFiles {
  /** For messages. */
  readonly name: string;
  /** Content of a file, undefined when there is none; more bytes than the limit are refused. */
  read(path: string, limit: number): Uint8Array<ArrayBuffer> | undefined;
  /** Size of a file, undefined when there is none. */
  size(path: string): number | undefined;
  /** Writes a file whole or not at all. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Brings to the disk what was written. */
  flush(): void;
}

function tooLarge(name: string, path: string, limit: number) {
  return imageError(
    "image-too-large",
    `Cannot read "${path}" of "${name}": it has more than ${limit} bytes`,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** A layout in a directory. */
export class DirectoryFiles implements LayoutFiles {
  readonly name: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path.replace(/(.)\/+$/, "$1");
    this.name = `oci:${this.#path}`;
  }

  size(path: string): number | undefined {
    try {
      const { isFile, size } = Deno.statSync(`${this.#path}/${path}`);
      return isFile ? size : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#unusable(path, error);
    }
  }

  read(path: string, limit: number): Uint8Array<ArrayBuffer> | undefined {
    const size = this.size(path);
    if (size === undefined) return undefined;
    if (size > limit) throw tooLarge(this.name, path, limit);
    try {
      return Deno.readFileSync(`${this.#path}/${path}`);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#unusable(path, error);
    }
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    const whole = `${this.#path}/${path}`;
    try {
      Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
      replaceFile(whole, bytes, { mode: 0o644 });
    } catch (cause) {
      throw this.#unusable(path, cause, "write");
    }
  }

  flush(): void {}

  #unusable(path: string, cause: unknown, verb = "read") {
    if (cause instanceof Deno.errors.NotCapable) return cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    return imageError("image-layout", `Cannot ${verb} "${path}" of "${this.name}": ${why}`, {
      cause,
    });
  }
}

/** Most bytes of an archive. */
const ARCHIVE_LIMIT = 256 * 1024 * 1024;

function readArchive(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    if (Deno.statSync(path).size > ARCHIVE_LIMIT) throw tooLarge(path, path, ARCHIVE_LIMIT);
    return Deno.readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A layout in a tar archive, which is read once and written as a whole. */
export class ArchiveFiles implements LayoutFiles {
  readonly name: string;
  readonly #path: string;
  readonly #files: Map<string, Uint8Array<ArrayBuffer>>;

  private constructor(path: string, files: Map<string, Uint8Array<ArrayBuffer>>) {
    this.#path = path;
    this.name = `oci-archive:${path}`;
    this.#files = files;
  }

  /** Reads the archive; a path without a file is an empty one. */
  static async open(path: string): Promise<ArchiveFiles> {
    const packed = readArchive(path);
    if (packed === undefined) return new ArchiveFiles(path, new Map());
    const bytes = await unpack(packed, `"${path}"`, ARCHIVE_LIMIT);
    const files = readTar(bytes, `"${path}"`).map((file) => [file.name, file.bytes] as const);
    return new ArchiveFiles(path, new Map(files));
  }

  size(path: string): number | undefined {
    return this.#files.get(path)?.length;
  }

  read(path: string, limit: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#files.get(path);
    if (bytes !== undefined && bytes.length > limit) throw tooLarge(this.name, path, limit);
    return bytes;
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#files.set(path, bytes);
  }

  flush(): void {
    const compare = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;
    const files = [...this.#files].map(([name, bytes]) => ({ name, bytes })).sort(compare);
    const whole = this.#path.includes("/") ? this.#path : `./${this.#path}`;
    try {
      replaceFile(whole, writeTar(files), { mode: 0o644 });
    } catch (cause) {
      if (cause instanceof Deno.errors.NotCapable) throw cause;
      throw imageError("image-layout", `Cannot write "${this.#path}"`, { cause });
    }
  }
}
