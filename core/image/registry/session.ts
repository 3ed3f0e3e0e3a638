/**
 * Requests to one repository, with what the registry wants to see of who asks.
 *
 * @module
 */
import type { Authorization } from "./authorization.ts";
import { readBody } from "./body.ts";
import { Http, type HttpAnswer, type HttpOptions, type HttpRequest, isBroken } from "./http.ts";
import type { Credentials } from "../settings.ts";
import { TRIES } from "./retry.ts";
import { backoffMs } from "./retry.ts";

/** What {@link Session} works with. */
export interface SessionOptions extends HttpOptions {
  /** Address of the registry, such as `https://quay.io`. */
  readonly origin: string;
  /** Host as the user writes it. */
  readonly host: string;
  readonly repository: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Told what the registry warns of. */
  readonly onWarning: (message: string) => void;
}

/** What a request needs to be allowed. */
export type Access = "pull" | "pull,push";

/** A body that is read whole. */
export interface WholeRequest {
  readonly access?: Access;
  readonly limit: number;
  readonly what: string;
  readonly onBytes?: (done: number) => void;
}

/** Requests to one repository. */
export class Session {
  readonly #options: SessionOptions;
  readonly #http: Http;
  #authorization: Authorization | undefined;
  #opening: Promise<Authorization> | undefined;
  readonly #warnings = new Set<string>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#http = new Http(options);
  }

  /** Address below the repository, such as `manifests/latest`. */
  url(path: string): string {
    return `${this.#options.origin}/v2/${this.#options.repository}/${path}`;
  }

  #warn({ headers }: Response): void {
    const warning = /^299 - "((?:[^"\\]|\\.)*)"/.exec(headers.get("warning") ?? "")?.[1];
    if (warning === undefined || this.#warnings.has(warning)) return;
    this.#warnings.add(warning);
    // deno-lint-ignore no-control-regex
    const text = warning.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").slice(0, 300);
    this.#options.onWarning(`the registry "${this.#options.host}" says: ${text}`);
  }

  /** Most registries of a machine's own never ask who is there. */
  async #openAuthorization(): Promise<Authorization> {
    const path = "./authorization.ts";
    const { Authorization }: typeof import("./authorization.ts") = await import(path);
    return new Authorization({ ...this.#options, http: this.#http });
  }

  /** Sends a request; when the registry asks who we are, tells it and sends the request again. */
  async send(request: HttpRequest, access: Access = "pull"): Promise<HttpAnswer> {
    const isOwn = (url: string) => new URL(url).origin === this.#options.origin;
    const authorized = (): HttpRequest => {
      const header = this.#authorization?.header;
      return header === undefined || !isOwn(request.url)
        ? request
        : { ...request, authorization: header };
    };
    let answer = await this.#http.send(authorized());
    // a stranger, whether by redirect, upload place or next page, is told nothing
    if (answer.response.status === 401 && isOwn(request.url) && isOwn(answer.url)) {
      await answer.response.body?.cancel();
      const challenge = answer.response.headers.get("www-authenticate");
      const scope = `repository:${this.#options.repository}:${access}`;
      this.#opening ??= this.#openAuthorization();
      const authorization = this.#authorization = await this.#opening;
      await authorization.satisfy(challenge, scope);
      answer = await this.#http.send(authorized());
    }
    this.#warn(answer.response);
    return answer;
  }

  /** Sends a request and reads the body of status 200; a body that breaks off is asked for again. */
  async read(request: HttpRequest, { access = "pull", limit, what, onBytes }: WholeRequest) {
    const { signal, wait } = this.#options;
    const options = { limit, what, ...(onBytes === undefined ? {} : { onBytes }) };
    for (let attempt = 1;; attempt++) {
      const answer = await this.send({ ...request, expected: limit }, access);
      if (answer.response.status !== 200) return { answer, bytes: undefined };
      try {
        return { answer, bytes: await readBody(answer.response, options) };
      } catch (error) {
        signal?.throwIfAborted();
        if (!isBroken(error) || attempt >= TRIES) throw this.#broken(error, what);
        await wait(backoffMs(attempt, Math.random()));
      }
    }
  }

  #broken(error: unknown, what: string): unknown {
    return isBroken(error) ? this.#http.broken(this.url(""), what, error) : error;
  }
}
