/**
 * A TUF repository of the tests on loopback: made by hand from the specification, so that what reads
 * it is not judged by itself. Every part of it can be spoilt.
 *
 * @module
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Canonical JSON as TUF signs it: sorted names, no spaces. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Roles of a repository. */
export type Role = "root" | "timestamp" | "snapshot" | "targets";

const FAR = "2999-01-01T00:00:00Z";
/** A day that is over. */
export const OVER = "2001-01-01T00:00:00Z";

/** A key of the repository. */
export class RepositoryKey {
  readonly #key: KeyObject;
  readonly id: string;
  readonly public: Json;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    this.#key = privateKey;
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const hex = Uint8Array.from(raw).toHex();
    this.public = { keytype: "ed25519", scheme: "ed25519", keyval: { public: hex } };
    this.id = sha256(canonical(this.public));
  }

  /** The document with this key's signature. */
  signed(content: Json): string {
    const sig = Uint8Array.from(
      sign(null, new TextEncoder().encode(canonical(content)), this.#key),
    );
    return JSON.stringify({ signed: content, signatures: [{ keyid: this.id, sig: sig.toHex() }] });
  }
}

/** What one publication says. */
export interface Publication {
  /** Version of snapshot and targets. */
  readonly version: number;
  /** Version of the timestamp. @default that of the others */
  readonly timestampVersion?: number;
  /** The target `trusted_root.json`. */
  readonly trustedRoot: string;
  /** When roles end. @default far away */
  readonly expires?: Readonly<Partial<Record<Role, string>>>;
}

/** The repository, and the server of it. */
export class TufRepository implements AsyncDisposable {
  /** What is served, by path; may be changed at any time. */
  readonly files = new Map<string, string>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly key: RepositoryKey = new RepositoryKey();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Answers in the repository's place. */
  fault: ((path: string) => Response | undefined) | undefined;

  constructor() {
    const place = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(place, (request) => {
      const path = new URL(request.url).pathname.slice(1);
      this.asked.push(path);
      const text = this.files.get(path);
      return this.fault?.(path) ??
        (text === undefined ? new Response(null, { status: 404 }) : new Response(text));
    });
  }

  /** Its address. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** A root that names this repository's key for every role. */
  root(version = 1, expires: string = FAR, key: RepositoryKey = this.key): string {
    const role = { keyids: [this.key.id], threshold: 1 };
    return key.signed({
      _type: "root",
      spec_version: "1.0.31",
      version,
      expires,
      consistent_snapshot: true,
      keys: { [this.key.id]: this.key.public },
      roles: { root: role, timestamp: role, snapshot: role, targets: role },
    });
  }

  /** Puts everything in place that a client asks for. */
  publish(publication: Publication, key: RepositoryKey = this.key): void {
    const { version, timestampVersion = version, trustedRoot, expires = {} } = publication;
    const common = (role: Role) => ({
      _type: role,
      spec_version: "1.0.31",
      version,
      expires: expires[role] ?? FAR,
    });
    const hash = sha256(trustedRoot);
    const length = new TextEncoder().encode(trustedRoot).length;
    const targets = { "trusted_root.json": { length, hashes: { sha256: hash } } };
    const meta = (name: string) => ({ meta: { [name]: { version } } });
    const put = (path: string, content: Json) => this.files.set(path, key.signed(content));
    put(`${version}.targets.json`, { ...common("targets"), targets });
    put(`${version}.snapshot.json`, { ...common("snapshot"), ...meta("targets.json") });
    const timestamp = { ...common("timestamp"), version: timestampVersion };
    put("timestamp.json", { ...timestamp, ...meta("snapshot.json") });
    this.files.set(`targets/${hash}.trusted_root.json`, trustedRoot);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
