/**
 * One request and its answer: over TLS with the right authorities, through redirects that may be
 * followed, again when it makes sense, and never with credentials for a stranger.
 *
 * @module
 */
import type { BpfmanError } from "../../errors.ts";
import { imageError } from "../errors.ts";
import { backoffMs, isTransient, LONGEST_WAIT_MS, retryAfterMs, TRIES } from "./retry.ts";

/** Hops of redirects. */
const MAX_HOPS = 10;
/** How long a request with a small answer may take. */
const PATIENCE_MS = 60_000;
/** Slowest transfer that is put up with, in bytes each millisecond. */
const SLOWEST = 16;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** A request. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | URLSearchParams;
  /** Sent to the origin of `url` only. */
  readonly authorization?: string;
  /** Most bytes of the answer; large ones may take longer. @default 0 */
  readonly expected?: number;
  /** False: an answer that redirects is a failure. @default true */
  readonly canRedirect?: boolean;
  /** False: one try, as trying again is the caller's work. @default true */
  readonly canRepeat?: boolean;
}

/** What {@link Http} needs of the world. */
export interface HttpOptions {
  /** Connects with own authorities. @default the runtime's */
  readonly client?: Deno.HttpClient;
  readonly signal?: AbortSignal;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** How long a request with a small answer may take, milliseconds. @default 60000 */
  readonly patienceMs?: number;
}

/** An answer and the address that gave it. */
export interface HttpAnswer {
  readonly response: Response;
  readonly url: string;
}

/** The reason under `fetch failed`. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause.message : error.message;
  return inner.replace(/: fetch failed: .*$/s, "")
    .replace(/^error sending request(?: for url \([^)]*\))?:\s*/, "")
    .replace(/^client error \(Connect\):\s*/, "");
}

function unreachable(url: string, error: unknown) {
  const { host } = new URL(url);
  const reason = networkReason(error);
  const isTls = /certificate|tls|ssl|UnknownIssuer|InvalidContentType/i.test(reason);
  return imageError("registry-unreachable", `Cannot reach "${host}": ${reason}`, {
    hint: isTls
      ? `Name its authority as registries."${host}".ca_file in the configuration`
      : "Check the name and the network",
    cause: error,
  });
}

/** The address that a redirect leads to. */
function nextUrl(response: Response, url: string, method: string): string {
  const location = response.headers.get("location");
  const { host } = new URL(url);
  const refuse = (why: string) =>
    imageError("registry-redirect", `Cannot follow a redirect of "${host}": ${why}`);
  if (location === null) throw refuse("it names no address");
  if (!URL.canParse(location, url)) throw refuse("its address cannot be read");
  const next = new URL(location, url);
  if (!["http:", "https:"].includes(next.protocol)) throw refuse(`"${next.protocol}" is not http`);
  if (url.startsWith("https:") && next.protocol === "http:") {
    throw refuse("it leads from https to http");
  }
  if (method !== "GET" && method !== "HEAD" && ![307, 308].includes(response.status)) {
    throw refuse(`status ${response.status} would lose the body of a ${method}`);
  }
  next.username = "";
  next.password = "";
  return next.href;
}

/** True for a connection that broke or took too long: the next one may not. */
export function isBroken(error: unknown): boolean {
  return error instanceof TypeError ||
    error instanceof DOMException && error.name === "TimeoutError";
}

/** Requests to one registry. */
export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** The error of a body that breaks off at each try. */
  broken(url: string, what: string, cause: unknown): BpfmanError {
    const { host } = new URL(url);
    const message = `Cannot read ${what} of "${host}": ${networkReason(cause)}`;
    return imageError("registry-unreachable", message, { cause });
  }

  /** Sends once, without following. The signal holds for the body as well. */
  async #once(request: HttpRequest, url: string): Promise<Response> {
    const { signal, client, patienceMs = PATIENCE_MS } = this.#options;
    const isOwn = new URL(url).origin === new URL(request.url).origin;
    const sent = request.body instanceof Uint8Array ? request.body.length : 0;
    const most = patienceMs + ((request.expected ?? 0) + sent) / SLOWEST;
    // a timer of setTimeout() costs 8 ms at its first use, that of a signal nothing
    const deadline = AbortSignal.timeout(most);
    return await fetch(url, {
      method: request.method,
      headers: {
        // digests are about the bytes as they are stored
        "accept-encoding": "identity",
        "user-agent": "bpfman",
        ...request.headers,
        ...(request.authorization !== undefined && isOwn
          ? { authorization: request.authorization }
          : {}),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(client === undefined ? {} : { client }),
      redirect: "manual",
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
  }

  async #follow(request: HttpRequest): Promise<HttpAnswer> {
    let url = request.url;
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const response = await this.#once(request, url);
      if (!REDIRECTS.includes(response.status)) {
        return { response, url };
      }
      await response.body?.cancel();
      if (request.canRedirect === false) {
        throw imageError(
          "registry-redirect",
          `Cannot use "${new URL(url).host}": it redirects where that is not allowed`,
        );
      }
      url = nextUrl(response, url, request.method);
    }
    throw imageError(
      "registry-redirect",
      `Cannot follow the redirects of "${
        new URL(request.url).host
      }": there are more than ${MAX_HOPS}`,
    );
  }

  /** The wait before the next try; throws when the registry asks for too long a one. */
  #waitFor(response: Response, url: string, attempt: number): number {
    const asked = retryAfterMs(response.headers.get("retry-after"), this.#options.now());
    if (asked !== undefined && asked > LONGEST_WAIT_MS) {
      throw imageError(
        "registry-busy",
        `Cannot use "${new URL(url).host}" now: it asks to wait ${Math.ceil(asked / 1000)} s`,
        { hint: "Try again later" },
      );
    }
    return Math.max(asked ?? 0, backoffMs(attempt, Math.random()));
  }

  /**
   * Sends a request and, where its answer may be another one soon, sends it again.
   *
   * @returns The last answer, whatever its status.
   * @throws {BpfmanError} When there is no answer, or redirects lead astray.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const tries = request.canRepeat === false ? 1 : TRIES;
    for (let attempt = 1;; attempt++) {
      let waiting: number;
      try {
        const answer = await this.#follow(request);
        const { response } = answer;
        if (!isTransient(response.status) || attempt >= tries) return answer;
        await response.body?.cancel();
        waiting = this.#waitFor(response, answer.url, attempt);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        if (!isBroken(error)) throw error;
        if (attempt >= tries) throw unreachable(request.url, error);
        waiting = backoffMs(attempt, Math.random());
      }
      await this.#options.wait(waiting);
    }
  }
}
