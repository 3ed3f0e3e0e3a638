/**
 * Serves a layout of the fixtures as a registry's repository, on a loopback port. It has no referrers
 * API, so that the tags of the layout count.
 *
 * @module
 */
const REF_NAME = "org.opencontainers.image.ref.name";

interface Entry {
  readonly mediaType: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A running registry. */
export interface LayoutRegistry extends AsyncDisposable {
  /** Name of the image with the tag `v1`. */
  readonly image: string;
  /** Requests so far: method and path. */
  readonly requests: readonly string[];
}

/** What the registry does besides serving. */
export interface LayoutRegistryOptions {
  /** Paths that are denied. @default none */
  readonly denied?: RegExp;
}

/** A manifest or blob by what follows the last slash: digest or tag. */
function answerWith(folder: URL, entries: readonly Entry[], pathname: string): Response {
  const wanted = /\/(?:manifests|blobs)\/([^/]+)$/.exec(pathname)?.[1] ?? "";
  const entry = entries.find(({ digest, annotations }) =>
    digest === wanted || annotations?.[REF_NAME] === wanted
  );
  const digest = entry?.digest ?? wanted;
  const blobs = [...Deno.readDirSync(new URL("blobs/sha256/", folder))];
  if (!blobs.some(({ name }) => digest === `sha256:${name}`)) {
    return new Response(null, { status: 404 });
  }
  const bytes = Deno.readFileSync(new URL(`blobs/${digest.replace(":", "/")}`, folder));
  const type = pathname.includes("/manifests/")
    ? entry?.mediaType ?? JSON.parse(new TextDecoder().decode(bytes)).mediaType
    : "application/octet-stream";
  const headers = {
    "content-type": type,
    "content-length": String(bytes.length),
    "docker-content-digest": digest,
  };
  return new Response(bytes, { headers });
}

/** Starts the registry. */
export function serveLayout(folder: URL, { denied }: LayoutRegistryOptions = {}): LayoutRegistry {
  const index = JSON.parse(Deno.readTextFileSync(new URL("index.json", folder)));
  const requests: string[] = [];
  const answer = ({ method, url }: Request): Response => {
    const { pathname } = new URL(url);
    requests.push(`${method} ${pathname}`);
    if (pathname === "/v2/") return new Response("{}");
    if (denied?.test(pathname)) return new Response(null, { status: 403 });
    const found = answerWith(folder, index.manifests, pathname);
    return method === "HEAD" ? new Response(null, found) : found;
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    image: `127.0.0.1:${server.addr.port}/net/xdp:v1`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
