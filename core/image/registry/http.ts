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
/** The silence, in milliseconds, after which a connection counts as broken. */
export const SILENCE_MS = 60_000;
const SILENT = "Nothing was heard of it for a while";
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** A request. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | URLSearchParams;
  /** Sent to the origin of `url` only. */
  readonly authorization?: string;
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
  /** Silence after which a connection counts as broken. @default 60000 */
  readonly silenceMs?: number;
}

/** An answer and the address that gave it. */
export interface HttpAnswer {
  readonly response: Response;
  readonly url: string;
  /** True when the answer came from the origin that was asked. */
  readonly isOwnOrigin: boolean;
}

/** The reason under `fetch failed`. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause.message : error.message;
  return inner.replace(/^(?:client error \(Connect\)|error sending request[^:]*):\s*/, "");
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

  /** Sends once, without following. A connection that falls silent is given up. */
  async #once(request: HttpRequest, url: string): Promise<Response> {
    const { signal, client, silenceMs = SILENCE_MS } = this.#options;
    const isOwn = new URL(url).origin === new URL(request.url).origin;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new TypeError(SILENT)), silenceMs);
    const signals = [silence.signal, ...(signal === undefined ? [] : [signal])];
    try {
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
        signal: AbortSignal.any(signals),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #follow(request: HttpRequest): Promise<HttpAnswer> {
    let url = request.url;
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const response = await this.#once(request, url);
      if (!REDIRECTS.includes(response.status)) {
        return { response, url, isOwnOrigin: new URL(url).origin === new URL(request.url).origin };
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
        if (!(error instanceof TypeError)) throw error;
        if (attempt >= tries) throw unreachable(request.url, error);
        waiting = backoffMs(attempt, Math.random());
      }
      await this.#options.wait(waiting);
    }
  }
}
