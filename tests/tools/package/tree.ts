/**
 * A tree of files that an installation goes into or out of, below `/` or a folder.
 *
 * @module
 */
import { unfinished } from "./manifest.ts";
import type { PlannedFile } from "./plan.ts";

/** What is at a path. */
export type Found = "nothing" | "file" | "folder" | "link" | "other";

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function missingIs<T>(work: () => Promise<T>, missing: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return missing;
    throw error;
  }
}

/** The bytes that a planned file is to have. */
export async function plannedBytes({ content }: PlannedFile): Promise<Uint8Array<ArrayBuffer>> {
  return "bytes" in content ? content.bytes : await Deno.readFile(content.copyOf);
}

/** Digest of what a planned file is to have. */
export async function plannedDigest(file: PlannedFile): Promise<string> {
  return await digestOf(await plannedBytes(file));
}

/** How a tree is changed. */
export interface TreeOptions {
  /** Called before each change; tests throw in it, as if the process died there. */
  readonly beforeChange?: (what: string) => void;
}

/** A tree. All paths are those on the machine that the tree is the root of. */
export class Tree {
  readonly #root: string;
  readonly #beforeChange: (what: string) => void;

  /** @param root Folder without a slash at the end; empty for this machine itself. */
  constructor(root: string, { beforeChange = () => {} }: TreeOptions = {}) {
    this.#root = root;
    this.#beforeChange = beforeChange;
  }

  #at(path: string): string {
    return `${this.#root}${path}`;
  }

  /** What is at a path. */
  async find(path: string): Promise<Found> {
    return await missingIs<Found>(async () => {
      const { isFile, isDirectory, isSymlink } = await Deno.lstat(this.#at(path));
      return isSymlink ? "link" : isFile ? "file" : isDirectory ? "folder" : "other";
    }, "nothing");
  }

  /** Text of a file; undefined when there is none. */
  async readText(path: string): Promise<string | undefined> {
    return await missingIs<string | undefined>(() => Deno.readTextFile(this.#at(path)), undefined);
  }

  /** Digest of a file; undefined when there is no plain file. */
  async digest(path: string): Promise<string | undefined> {
    if (await this.find(path) !== "file") return undefined;
    return await digestOf(await Deno.readFile(this.#at(path)));
  }

  /** Links in a folder with what they point to. */
  async links(folder: string): Promise<{ path: string; target: string }[]> {
    const entries = await this.entries(folder);
    const links = entries.filter(({ isSymlink }) => isSymlink)
      .map(({ name }) => `${folder}/${name}`);
    return await Promise.all(
      links.map(async (path) => ({ path, target: await Deno.readLink(this.#at(path)) })),
    );
  }

  /** What is in a folder; nothing when there is none. */
  async entries(folder: string): Promise<Deno.DirEntry[]> {
    return await missingIs(() => Array.fromAsync(Deno.readDir(this.#at(folder))), []);
  }

  /** Those of the folders above some paths that do not exist, outermost first. */
  async missingFolders(paths: readonly string[]): Promise<string[]> {
    const above = new Set(paths.flatMap((path) => {
      const words = path.split("/").slice(1, -1);
      return words.map((_, n) => `/${words.slice(0, n + 1).join("/")}`);
    }));
    const missing: string[] = [];
    for (const folder of [...above].sort()) {
      if (await this.#isMissing(folder)) missing.push(folder);
    }
    return missing;
  }

  async #isMissing(folder: string): Promise<boolean> {
    // through links: /lib may be one to usr/lib
    const { isDirectory } = await missingIs<{ isDirectory?: boolean }>(
      () => Deno.stat(this.#at(folder)),
      {},
    );
    if (isDirectory === false) {
      throw new Error(`Cannot install below "${this.#at(folder)}": it is no folder`);
    }
    return isDirectory === undefined;
  }

  /** Makes a folder; one that is there stays as it is. */
  async makeFolder(path: string): Promise<void> {
    this.#beforeChange(`mkdir ${path}`);
    await Deno.mkdir(this.#at(path), { recursive: true, mode: 0o755 });
  }

  /** Puts a whole file in its place: no kill leaves half of one there. */
  async write(path: string, bytes: Uint8Array<ArrayBuffer>, mode: number): Promise<void> {
    const building = this.#at(unfinished(path));
    this.#beforeChange(`write ${path}`);
    {
      using file = await Deno.open(building, { create: true, truncate: true, write: true });
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    }
    // by chmod, as the umask takes from what open() is given
    await Deno.chmod(building, mode);
    this.#beforeChange(`rename ${path}`);
    await Deno.rename(building, this.#at(path));
  }

  /** Removes a file or link; tells whether there was one. */
  async remove(path: string): Promise<boolean> {
    if (await this.find(path) === "nothing") return false;
    this.#beforeChange(`remove ${path}`);
    await Deno.remove(this.#at(path));
    return true;
  }

  /** Removes a folder when it is empty; tells whether it did. */
  async removeEmpty(path: string): Promise<boolean> {
    if (await this.find(path) !== "folder" || (await this.entries(path)).length > 0) return false;
    this.#beforeChange(`rmdir ${path}`);
    await Deno.remove(this.#at(path));
    return true;
  }
}
