/**
 * The right to a repository: the registry says what it wants, and gets it.
 *
 * @module
 */
import { readJson } from "../documents.ts";
import { imageError } from "../errors.ts";
import type { Credentials } from "../settings.ts";
import { readBody } from "./body.ts";
import { mergeScopes, parseChallenge } from "./challenge.ts";
import type { Http } from "./http.ts";

/** Most bytes that a token server may answer. */
const TOKEN_LIMIT = 128 * 1024;

/** What {@link Authorization} works with. */
export interface AuthorizationOptions {
  readonly http: Http;
  /** Address of the registry, such as `https://quay.io`. */
  readonly origin: string;
  /** Host as the user writes it. */
  readonly host: string;
  /** Looked up when the registry asks. */
  readonly credentials: () => Promise<Credentials | undefined>;
}

type Parameters = Readonly<Record<string, string>>;

function basic({ username = "", password = "" }: Credentials): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}

/** What is sent with requests to one repository. */
export class Authorization {
  readonly #options: AuthorizationOptions;
  #header: string | undefined;
  #scopes: string[] = [];

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** Value of the header; undefined as long as the registry has not asked for any. */
  get header(): string | undefined {
    return this.#header;
  }

  #denied(why: string, hint?: string) {
    return imageError("registry-denied", `Cannot use "${this.#options.host}": ${why}`, {
      hint: hint ?? 'Log in with "podman login", or give --registry-auth',
    });
  }

  /**
   * Gets what an answer with status 401 asks for.
   *
   * @param header Its `WWW-Authenticate`.
   * @param scope What the request needs, such as `repository:net/xdp:pull`.
   * @throws {BpfmanError} `registry-denied` when there is nothing to give.
   */
  async satisfy(header: string | null, scope: string): Promise<void> {
    const challenge = parseChallenge(header);
    const credentials = await this.#options.credentials();
    if (credentials?.registryToken !== undefined) {
      this.#header = `Bearer ${credentials.registryToken}`;
    } else if (challenge?.scheme === "basic") {
      if (credentials?.username === undefined) {
        throw this.#denied("it wants a name and a password, and none are known for it");
      }
      this.#header = basic(credentials);
    } else if (challenge?.scheme === "bearer") {
      const { parameters } = challenge;
      const asked = (parameters["scope"] ?? "").split(" ").filter((one) => one !== "");
      this.#scopes = mergeScopes([...this.#scopes, scope, ...asked]);
      this.#header = `Bearer ${await this.#token(parameters, credentials)}`;
    } else {
      throw this.#denied("it asks for a way of logging in that is not known");
    }
  }

  #realm({ realm }: Parameters): URL {
    if (realm === undefined || !URL.canParse(realm)) {
      throw this.#denied("it names no token server", "The registry is set up wrongly");
    }
    const url = new URL(realm);
    const isPlain = url.protocol === "http:" && this.#options.origin.startsWith("http:");
    if (url.protocol === "https:" || isPlain) return url;
    throw this.#denied(
      `its token server "${url.host}" is not reached over https`,
      "Passwords are not sent in the clear",
    );
  }

  async #token(parameters: Parameters, credentials: Credentials | undefined): Promise<string> {
    const realm = this.#realm(parameters);
    const { service } = parameters;
    const request = credentials?.identityToken === undefined
      ? this.#tokenByGet(realm, service, credentials)
      : this.#tokenByRefresh(realm, service, credentials.identityToken);
    const { response } = await this.#options.http.send(request);
    const what = `the answer of the token server "${realm.host}"`;
    const body = await readBody(response, { limit: TOKEN_LIMIT, what });
    if (response.status !== 200) {
      const who = credentials === undefined ? "without credentials" : "with these credentials";
      throw this.#denied(`"${realm.host}" gives no token ${who} (status ${response.status})`);
    }
    const json = readJson(body, what);
    const token = json["access_token"] ?? json["token"];
    if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
    throw this.#denied(`"${realm.host}" gives no token`, "The token server is set up wrongly");
  }

  #tokenByGet(realm: URL, service: string | undefined, credentials: Credentials | undefined) {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    for (const scope of this.#scopes) url.searchParams.append("scope", scope);
    const hasName = credentials?.username !== undefined;
    return {
      method: "GET",
      url: url.href,
      canRedirect: false,
      ...(hasName ? { authorization: basic(credentials) } : {}),
    } as const;
  }

  #tokenByRefresh(realm: URL, service: string | undefined, identityToken: string) {
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      client_id: "bpfman",
      scope: this.#scopes.join(" "),
      refresh_token: identityToken,
      ...(service === undefined ? {} : { service }),
    });
    return { method: "POST", url: realm.href, canRedirect: false, body } as const;
  }
}
