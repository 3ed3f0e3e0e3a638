/**
 * Opens repositories: which address, over which protocol, trusting whom.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../errors.ts";
import type { Reference } from "../reference.ts";
import type { Credentials, ImagesOptions, RegistrySetting } from "../settings.ts";
import { Repository } from "./repository.ts";

const DOCKER_HOST = "registry-1.docker.io";

/** True for this machine's own addresses. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return bare === "localhost" || bare === "::1" || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** Address of a registry: https, unless it is on this machine or named as insecure. */
export function originOf(host: string, setting: RegistrySetting | undefined): string {
  const address = host === "docker.io" ? DOCKER_HOST : host;
  const isPlain = setting?.isInsecure ?? (setting?.caFile === undefined && isLoopback(host));
  return new URL(`${isPlain ? "http" : "https"}://${address}`).origin;
}

function readAuthority(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new BpfmanError(`Cannot read the authority "${path}" of a registry`, {
      code: "file-unreadable",
      kind: ErrorKind.OTHER,
      hint: "Correct ca_file in the configuration",
      cause,
    });
  }
}

/** How a repository is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** True where credentials that were given are another registry's. @default false */
  readonly isForeign?: boolean;
}

/** Repositories of all registries, with what is set for them. */
export class Registries implements Disposable {
  readonly #options: ImagesOptions;
  /** The registry that credentials were given for. */
  #givenHost: string | undefined;
  /** Clients with authorities of their own, by file. */
  readonly #clients = new Map<string, Deno.HttpClient>();

  constructor(options: ImagesOptions) {
    this.#options = options;
  }

  #client(setting: RegistrySetting | undefined): Deno.HttpClient | undefined {
    const file = setting?.caFile;
    if (file === undefined) return undefined;
    const known = this.#clients.get(file);
    if (known !== undefined) return known;
    const client = Deno.createHttpClient({ caCerts: [readAuthority(file)] });
    this.#clients.set(file, client);
    return client;
  }

  /** Credentials that were given are for one registry: the first that they can be for. */
  #givenFor(registry: string, isForeign: boolean): Credentials | undefined {
    if (isForeign) return undefined;
    this.#givenHost ??= registry;
    return this.#givenHost === registry ? this.#options.credentials : undefined;
  }

  /** Opens a repository; nothing is sent yet. */
  open({ registry, repository }: Reference, options: OpenOptions = {}): Repository {
    const { env = () => undefined, now, wait, onWarning } = this.#options;
    const { signal, isForeign = false } = options;
    const credentials = this.#givenFor(registry, isForeign);
    const setting = this.#options.registries?.[registry];
    const client = this.#client(setting);
    return new Repository({
      host: registry,
      repository,
      origin: originOf(registry, setting),
      credentials: async () => {
        if (credentials !== undefined) return credentials;
        const path = "./credentials.ts";
        const { findCredentials }: typeof import("./credentials.ts") = await import(path);
        return await findCredentials(registry, repository, env);
      },
      onWarning: onWarning ?? (() => {}),
      now: now ?? (() => new Date()),
      wait: wait ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds))),
      ...(client === undefined ? {} : { client }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Closes connections. */
  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
