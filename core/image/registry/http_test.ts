import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Http, type HttpOptions } from "./http.ts";
import { Session } from "./session.ts";

/** A server on loopback for one test. */
function serve(answer: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function options(waits: number[], more: Partial<HttpOptions> = {}): HttpOptions {
  return {
    now: () => new Date(0),
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    ...more,
  };
}

Deno.test("Http gives up a server that never answers, after all tries", async () => {
  const release = Promise.withResolvers<void>();
  await using server = serve(async () => {
    await release.promise;
    return new Response();
  });
  const waits: number[] = [];
  const http = new Http(options(waits, { patienceMs: 50 }));
  await rejects(http.send({ method: "GET", url: server.url }), {
    code: "registry-unreachable",
    kind: "network",
  });
  equal(waits.length, 4, "five tries have four waits between them");
  release.resolve();
});

Deno.test("Session gives up a body that never ends and never comes", async () => {
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(10));
        },
      }),
    )
  );
  const session = new Session({
    ...options([], { patienceMs: 50 }),
    origin: new URL(server.url).origin,
    host: "registry",
    repository: "x",
    credentials: () => Promise.resolve(undefined),
    onWarning: () => {},
  });
  const request = { method: "GET", url: `${server.url}v2/x/blobs/y` } as const;
  await rejects(session.read(request, { limit: 100, what: "the blob" }), {
    code: "registry-unreachable",
  });
});

Deno.test("Http ends at once when it is told to", async () => {
  const release = Promise.withResolvers<void>();
  const abort = new AbortController();
  await using server = serve(async () => {
    abort.abort(new Error("stop"));
    await release.promise;
    return new Response();
  });
  const waits: number[] = [];
  const http = new Http(options(waits, { signal: abort.signal }));
  await rejects(http.send({ method: "GET", url: server.url }), /stop/);
  deepEqual(waits, []);
  release.resolve();
});

Deno.test("Http waits as long as it is asked to, and no less than it would by itself", async () => {
  let count = 0;
  await using server = serve(() => {
    count++;
    const headers = { "retry-after": count === 1 ? "7" : "0" };
    return count < 3 ? new Response("", { status: 503, headers }) : new Response("good");
  });
  const waits: number[] = [];
  const { response } = await new Http(options(waits)).send({ method: "GET", url: server.url });
  equal(await response.text(), "good");
  equal(waits[0], 7000);
  ok((waits[1] ?? 0) >= 450, String(waits));
});

Deno.test("Session tells a stranger nothing, whoever sent it there", async () => {
  const seen: string[] = [];
  await using stranger = serve((request) => {
    seen.push(`${new URL(request.url).pathname} ${request.headers.get("authorization")}`);
    const headers = { "www-authenticate": `Bearer realm="${stranger.url}token"` };
    return new Response("", { status: 401, headers });
  });
  await using own = serve((request) => {
    seen.push(`own ${request.headers.get("authorization")}`);
    const headers = { "www-authenticate": "Basic realm=x" };
    return request.headers.has("authorization")
      ? new Response("good")
      : new Response("", { status: 401, headers });
  });
  const session = new Session({
    ...options([]),
    origin: new URL(own.url).origin,
    host: "registry",
    repository: "x",
    credentials: () => Promise.resolve({ username: "bob", password: "secret" }),
    onWarning: () => {},
  });
  const { response: good } = await session.send({ method: "GET", url: own.url });
  equal(await good.text(), "good");
  // the place of an upload and the next page of a list are addresses that a registry gives
  for (const method of ["GET", "PUT"] as const) {
    const { response } = await session.send({ method, url: `${stranger.url}place` });
    equal(response.status, 401);
    await response.body?.cancel();
  }
  deepEqual(seen, ["own null", "own Basic Ym9iOnNlY3JldA==", "/place null", "/place null"]);
});
