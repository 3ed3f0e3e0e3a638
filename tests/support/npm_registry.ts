/**
 * A registry of one npm package on the loopback interface.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { createHash } from "node:crypto";

/** A server that has the tarball of this project and nothing else. */
export class NpmRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(server: Deno.HttpServer<Deno.NetAddr>) {
    this.#server = server;
  }

  /**
   * Starts it. It names no package that ours depends on, as it has none: whatever works with it needs
   * none.
   */
  static async start(tarball: string): Promise<NpmRegistry> {
    const bytes = await Deno.readFile(tarball);
    const { name, version } = config;
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const server = Deno.serve(options, ({ url }) => {
      const { origin, pathname } = new URL(url);
      if (pathname === "/package.tgz") return new Response(bytes);
      if (decodeURIComponent(pathname) !== `/${name}`) return new Response("", { status: 404 });
      const dist = { tarball: `${origin}/package.tgz`, integrity };
      const versions = { [version]: { name, version, dist } };
      return Response.json({ name, "dist-tags": { latest: version }, versions });
    });
    return new NpmRegistry(server);
  }

  /** Address that is given to Deno. */
  get url(): string {
    const { hostname, port } = this.#server.addr;
    return `http://${hostname}:${port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
