/**
 * Where the demo's images are: in a layout on the disk, and from there in a registry when there is
 * one. Each object becomes an image when a chapter first asks for it.
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import type { Shell } from "./shell.ts";

/** Arguments of {@link Shelf}. */
export interface ShelfOptions {
  readonly shell: Shell;
  /** Folder of the demo's own. */
  readonly folder: string;
  /** Host and port of a registry; undefined to load straight from the disk. */
  readonly registry: string | undefined;
}

/** Makes images of the fixtures. */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #names = new Map<string, string>();
  #hasKey = false;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Folder of the layout and of the store. */
  get folder(): string {
    return this.#options.folder;
  }

  /** The public key of whoever signs the images. */
  get publicKey(): string {
    return `${this.folder}/demo.pub`;
  }

  /** Where the private key is, made at the first call. */
  #signingKey(): string {
    const path = `${this.folder}/demo.key`;
    if (this.#hasKey) return path;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const secret = privateKey.export({ format: "pem", type: "pkcs8" });
    Deno.writeTextFileSync(path, String(secret), { mode: 0o600 });
    Deno.writeTextFileSync(
      this.publicKey,
      String(publicKey.export({ format: "pem", type: "spki" })),
    );
    this.#hasKey = true;
    return path;
  }

  /** The image of a fixture, built and signed at the first call. */
  async imageOf(object: string): Promise<string> {
    const known = this.#names.get(object);
    if (known !== undefined) return known;
    const { shell, folder, registry } = this.#options;
    const onDisk = `oci:${folder}/demo.oci:${object}`;
    await shell.bpfman(["image", "build", onDisk, `tests/fixtures/${object}.bpf.o`]);
    await shell.bpfman(["image", "sign", onDisk, "--key", this.#signingKey()]);
    const name = registry === undefined ? onDisk : `${registry}/demo/${object}:v1`;
    if (registry !== undefined) await shell.bpfman(["image", "copy", onDisk, name]);
    this.#names.set(object, name);
    return name;
  }
}
