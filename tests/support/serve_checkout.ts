/**
 * The checkout over HTTP, for tests of remote entries. Run as a script it is the server.
 *
 * @module
 */
import { JSR_PREFIX, jsrDocument } from "./jsr_package.ts";
import type { Sandbox } from "./sandbox.ts";

/** A sandbox has a loopback interface of its own, so the port is always free. */
const HOST = "127.0.0.1:8000";

/** A server inside a sandbox. */
export interface CheckoutServer extends AsyncDisposable {
  /** Address of the checkout's folder. */
  readonly root: string;
}

/** Serves the checkout inside a sandbox. */
export async function serveCheckout(sandbox: Sandbox): Promise<CheckoutServer> {
  const script = new URL(import.meta.url).pathname;
  const child = sandbox.command([Deno.execPath(), "run", "-A", "-q", script], {
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return {
    // Deno keeps what it once read from an address: another checkout may have been at this one
    root: `http://${HOST}/${crypto.randomUUID()}`,
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGTERM");
      await child.stdin.close();
      await child.stdout.cancel();
      await child.status;
    },
  };
}

/** Packages by the names that modules have for them. */
type Imports = Readonly<Record<string, string>>;

function readImports(root: URL): Imports {
  return JSON.parse(Deno.readTextFileSync(new URL("./deno.json", root))).imports;
}

/** A module as a registry of modules has it: packages by their own names, as there is no deno.json. */
function published(source: string, imports: Imports): string {
  return source.replaceAll(
    /(from |import\()"([^"]+)"/g,
    (text, before: string, name: string) =>
      imports[name] === undefined ? text : `${before}"${imports[name]}"`,
  );
}

async function answer(root: URL, request: Request, imports: Imports): Promise<Response> {
  const [, , ...parts] = new URL(request.url).pathname.split("/");
  const path = parts.join("/");
  const read = async (name: string): Promise<string> =>
    published(await Deno.readTextFile(new URL(`./${name}`, root)), imports);
  try {
    const document = await jsrDocument(path, read);
    if (document !== undefined) return Response.json(document);
    const isJavaScript = path.endsWith(".js");
    const type = isJavaScript ? "text/javascript" : "application/typescript";
    const body = await read(path.replace(JSR_PREFIX, ""));
    return new Response(body, { headers: { "content-type": type } });
  } catch {
    return new Response("", { status: 404 });
  }
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const imports = readImports(root);
  const [hostname = "", port] = HOST.split(":");
  const onListen = () => console.log("listening");
  Deno.serve(
    { hostname, port: Number(port), onListen },
    (request) => answer(root, request, imports),
  );
}
