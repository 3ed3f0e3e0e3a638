/**
 * A registry of the tests' own, for what Debian's lacks: the referrers API, a record of every
 * request, and faults on demand.
 *
 * @module
 */
import { OCI_INDEX } from "./sample_image.ts";
import { digestOf, StoredRepository } from "./stored_repository.ts";

/** One request that the registry saw. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly acceptEncoding: string | null;
  readonly host: string;
}

/** One request, as faults see it. */
export interface FaultCall {
  readonly request: Request;
  readonly url: URL;
  /** How many requests of this method and path came before. */
  readonly before: number;
  /** What a good registry answers. */
  answer(): Promise<Response>;
}

/** Answers in the registry's place, or leaves the request to it. */
export type Fault = (call: FaultCall) => Response | Promise<Response> | undefined;

/** How a registry is set up. */
export interface OwnRegistryOptions {
  /** Has the referrers API. @default true */
  readonly hasReferrers?: boolean;
  /** Wants this name and password, such as `bob:secret`. */
  readonly basic?: string;
  /** @default none */
  readonly fault?: Fault;
  /** Speaks https. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

const ROUTE = /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|referrers|tags)(?:\/([^/]*))?$/;

function problem(status: number, code: string): Response {
  return Response.json({ errors: [{ code, message: code.toLowerCase() }] }, { status });
}

function bytesAnswer(bytes: Uint8Array<ArrayBuffer>, digest: string, mediaType: string): Response {
  return new Response(bytes, {
    headers: {
      "content-type": mediaType,
      "content-length": String(bytes.length),
      "docker-content-digest": digest,
    },
  });
}

/** A running registry on loopback. */
export class OwnRegistry implements AsyncDisposable {
  /** Every request, in order. */
  readonly requests: SeenRequest[] = [];
  /** Answers in the registry's place; may be changed at any time. */
  fault: Fault | undefined;
  readonly #options: OwnRegistryOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #repositories = new Map<string, StoredRepository>();
  readonly #uploads = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #stop = new AbortController();

  private constructor(options: OwnRegistryOptions) {
    this.#options = options;
    this.fault = options.fault;
    const { tls } = options;
    const place = { hostname: "127.0.0.1", port: 0, signal: this.#stop.signal, onListen() {} };
    const files = tls === undefined ? {} : {
      cert: Deno.readTextFileSync(tls.certificate),
      key: Deno.readTextFileSync(tls.key),
    };
    this.#server = Deno.serve({ ...place, ...files }, (request) => this.#answer(request));
  }

  /** Starts one. */
  static start(options: OwnRegistryOptions = {}): OwnRegistry {
    return new OwnRegistry(options);
  }

  /** Host and port, as references name it. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** A repository by name, made at the first call. */
  repository(name: string): StoredRepository {
    const known = this.#repositories.get(name) ?? new StoredRepository();
    this.#repositories.set(name, known);
    return known;
  }

  /** How many requests had this method and a path that matches. */
  count(method: string, path: RegExp): number {
    return this.requests.filter((seen) => seen.method === method && path.test(seen.path)).length;
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { method, headers } = request;
    const before =
      this.requests.filter((seen) => seen.method === method && seen.path === url.pathname).length;
    this.requests.push({
      method,
      path: url.pathname,
      authorization: headers.get("authorization"),
      acceptEncoding: headers.get("accept-encoding"),
      host: url.host,
    });
    const answer = () => this.#serve(request, url);
    return await (this.fault?.({ request, url, before, answer }) ?? answer());
  }

  async #serve(request: Request, url: URL): Promise<Response> {
    const { basic } = this.#options;
    if (basic !== undefined && request.headers.get("authorization") !== `Basic ${btoa(basic)}`) {
      const refusal = problem(401, "UNAUTHORIZED");
      refusal.headers.set("www-authenticate", 'Basic realm="test"');
      return refusal;
    }
    if (url.pathname === "/v2/") return Response.json({});
    const [, name = "", kind = "", reference = ""] = ROUTE.exec(url.pathname) ?? [];
    const repository = this.repository(name);
    switch (kind) {
      case "manifests":
        return await this.#manifest(request, repository, reference);
      case "blobs":
        return this.#blob(repository, reference);
      case "blobs/uploads":
        return await this.#upload(request, url, { repository, id: reference });
      case "referrers":
        return this.#referrers(repository, reference);
      case "tags":
        return Response.json({ name, tags: [...repository.tags.keys()].sort() });
      default:
        return problem(404, "NAME_UNKNOWN");
    }
  }

  async #manifest(
    request: Request,
    repository: StoredRepository,
    reference: string,
  ): Promise<Response> {
    if (request.method === "PUT") {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const mediaType = request.headers.get("content-type") ?? "";
      const isDigest = reference.includes(":");
      if (isDigest && digestOf(bytes) !== reference) return problem(400, "DIGEST_INVALID");
      const digest = repository.addManifest({ mediaType, bytes }, isDigest ? undefined : reference);
      const subject: unknown = JSON.parse(new TextDecoder().decode(bytes)).subject?.digest;
      const isIndexed = typeof subject === "string" && this.#options.hasReferrers !== false;
      return new Response(null, {
        status: 201,
        headers: {
          "docker-content-digest": digest,
          ...(isIndexed ? { "oci-subject": subject } : {}),
        },
      });
    }
    const found = repository.find(reference);
    if (found === undefined) return problem(404, "MANIFEST_UNKNOWN");
    return bytesAnswer(found.bytes, found.digest, found.mediaType);
  }

  #blob(repository: StoredRepository, digest: string): Response {
    const bytes = repository.blobs.get(digest);
    if (bytes === undefined) return problem(404, "BLOB_UNKNOWN");
    return bytesAnswer(bytes, digest, "application/octet-stream");
  }

  async #upload(
    request: Request,
    url: URL,
    { repository, id }: { repository: StoredRepository; id: string },
  ): Promise<Response> {
    const mount = url.searchParams.get("mount");
    const source = this.#repositories.get(url.searchParams.get("from") ?? "");
    const mounted = source?.blobs.get(mount ?? "");
    if (request.method === "POST" && mounted !== undefined) {
      repository.addBlob(mounted);
      return new Response(null, { status: 201 });
    }
    if (request.method === "POST") {
      const session = crypto.randomUUID();
      this.#uploads.set(session, new Uint8Array());
      const location = `${url.pathname.replace(/\/$/, "")}/${session}`;
      return new Response(null, { status: 202, headers: { location } });
    }
    const begun = this.#uploads.get(id);
    if (begun === undefined) return problem(404, "BLOB_UPLOAD_UNKNOWN");
    const part = new Uint8Array(await request.arrayBuffer());
    const bytes = new Uint8Array([...begun, ...part]);
    this.#uploads.set(id, bytes);
    if (request.method === "PATCH") {
      return new Response(null, { status: 202, headers: { location: url.pathname } });
    }
    this.#uploads.delete(id);
    if (digestOf(bytes) !== url.searchParams.get("digest")) return problem(400, "DIGEST_INVALID");
    repository.addBlob(bytes);
    return new Response(null, { status: 201 });
  }

  #referrers(repository: StoredRepository, subject: string): Response {
    if (this.#options.hasReferrers === false) {
      return new Response("404 page not found", { status: 404 });
    }
    const index = {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: repository.referrersOf(subject),
    };
    return new Response(JSON.stringify(index), { headers: { "content-type": OCI_INDEX } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // endless bodies end only by force
    this.#stop.abort();
    await this.#server.finished;
  }
}
