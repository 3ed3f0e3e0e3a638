/**
 * A token server as registries ask for: tokens by GET with a name and a password, and by POST with
 * a refresh token (OAuth2). It writes down what it was asked.
 *
 * @module
 */
import { createSign, X509Certificate } from "node:crypto";

/** Name that the tokens carry as their issuer. */
export const TOKEN_ISSUER = "bpfman-test-issuer";
/** Name of the registry that the tokens are for. */
export const TOKEN_SERVICE = "bpfman-test-registry";
/** Who may pull and push. */
export const TOKEN_USER = { username: "alice", password: "s3cr:et" } as const;
/** Stands for name and password at the OAuth2 side. */
export const IDENTITY_TOKEN = "identity-token-of-alice";

/** One request for a token. */
export interface TokenRequest {
  readonly method: string;
  /** Who was recognised, empty for nobody. */
  readonly user: string;
  readonly scopes: readonly string[];
  readonly isGranted: boolean;
}

/** Key and certificate that sign tokens, PEM files. */
export interface TokenKey {
  readonly key: string;
  readonly certificate: string;
}

interface Claim {
  /** Undefined when the credentials are wrong. */
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

function base64Url(value: string | Uint8Array): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Everybody may pull below `public/`; only the user may do the rest. */
function grant(user: string, scopes: readonly string[]) {
  return scopes.flatMap((scope) => {
    const [type = "", name = "", words = ""] = /^([^:]+):(.+):([^:]+)$/.exec(scope)?.slice(1) ?? [];
    const wanted = words.split(",");
    const isOpen = name.startsWith("public/");
    const actions = user !== "" ? wanted : wanted.filter((word) => isOpen && word === "pull");
    return actions.length === 0 ? [] : [{ type, name, actions }];
  });
}

function readBasic(header: string | null): string | undefined {
  if (header === null) return "";
  const text = atob(header.replace(/^Basic /, ""));
  const { username, password } = TOKEN_USER;
  return text === `${username}:${password}` ? username : undefined;
}

async function readClaim(request: Request): Promise<Claim> {
  if (request.method === "GET") {
    const scopes = new URL(request.url).searchParams.getAll("scope");
    return {
      user: readBasic(request.headers.get("authorization")),
      scopes: scopes.flatMap((scope) => scope.split(" ")).filter((scope) => scope !== ""),
    };
  }
  const form = new URLSearchParams(await request.text());
  const isKnown = form.get("grant_type") === "refresh_token" &&
    form.get("refresh_token") === IDENTITY_TOKEN;
  const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  return { user: isKnown ? TOKEN_USER.username : undefined, scopes };
}

/** A running token server on loopback. */
export class TokenServer implements AsyncDisposable {
  /** Every request, in order. */
  readonly requests: TokenRequest[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #key: string;
  readonly #certificate: string;

  private constructor({ key, certificate }: TokenKey) {
    this.#key = Deno.readTextFileSync(key);
    const parsed = new X509Certificate(Deno.readTextFileSync(certificate));
    this.#certificate = parsed.raw.toString("base64");
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(request),
    );
  }

  /** Starts one. */
  static start(key: TokenKey): TokenServer {
    return new TokenServer(key);
  }

  /** Where tokens are asked for. */
  get realm(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/token`;
  }

  async #answer(request: Request): Promise<Response> {
    const { user, scopes } = await readClaim(request);
    const isGranted = user !== undefined;
    this.requests.push({ method: request.method, user: user ?? "", scopes, isGranted });
    if (user === undefined) {
      return Response.json({ errors: [{ code: "UNAUTHORIZED" }] }, { status: 401 });
    }
    const token = this.#sign(user, scopes);
    return Response.json({ token, access_token: token, expires_in: 300 });
  }

  #sign(user: string, scopes: readonly string[]): string {
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: "JWT", alg: "RS256", x5c: [this.#certificate] };
    const claims = {
      iss: TOKEN_ISSUER,
      sub: user,
      aud: TOKEN_SERVICE,
      // clocks of the two processes are the same one; the minute is for rounding
      nbf: now - 60,
      iat: now,
      exp: now + 300,
      jti: crypto.randomUUID(),
      access: grant(user, scopes),
    };
    const text = [header, claims].map((part) => base64Url(JSON.stringify(part))).join(".");
    const signature = createSign("RSA-SHA256").update(text).sign(this.#key);
    return `${text}.${base64Url(signature)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
