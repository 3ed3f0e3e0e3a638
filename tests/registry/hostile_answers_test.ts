/**
 * Registries that are busy, broken, confused, or no registries at all.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Client } from "./support/client.ts";
import { GOOD, openScene } from "./support/hostile.ts";
import { type Fault, OwnRegistry } from "./support/own_registry.ts";
import { DOCKER_LIST, makeSample, OCI_INDEX, storeSample } from "./support/sample_image.ts";

const HTML = "<!doctype html><title>Please log in</title>";

function html(): Response {
  return new Response(HTML, { headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Fails the first requests of each path, then answers. */
function failFirst(count: number, response: () => Response): Fault {
  return ({ before }) => before < count ? response() : undefined;
}

Deno.test("HTML with status 200 is no manifest", async () => {
  await using scene = await openScene();
  scene.registry.fault = ({ url }) => url.pathname.includes("/manifests/") ? html() : undefined;
  const error = await scene.client.refuse(scene.byTag, "image-media-type");
  match(error.message, /text\/html/);
});

Deno.test("HTML with status 200 is no blob", async () => {
  await using scene = await openScene();
  scene.registry.fault = ({ url }) => url.pathname.includes("/blobs/") ? html() : undefined;
  await scene.client.refuse(scene.byTag, "image-size-mismatch");
});

Deno.test("HTML with status 200 where referrers are asked for means that there are none", async () => {
  await using scene = await openScene();
  scene.registry.fault = ({ url }) => url.pathname.includes("/referrers/") ? html() : undefined;
  const { referrers } = await scene.client.images.inspect(scene.byTag);
  deepEqual(referrers, []);
  ok(scene.registry.count("GET", /\/referrers\//) > 0, "nobody asked for referrers");
});

for (const status of [408, 429, 500, 502, 503, 504]) {
  Deno.test(`status ${status} twice and then a good answer is a pull that works`, async () => {
    await using scene = await openScene();
    scene.registry.fault = failFirst(2, () => new Response("busy", { status }));
    const { isNew } = await scene.client.images.pull(scene.byTag);
    equal(isNew, true);
    equal(scene.registry.count("GET", /\/manifests\/v1$/), 3);
    // each wait is longer than the one before, with a tenth of play
    const [first = 0, second = 0] = scene.client.waits;
    ok(first >= 225 && first <= 275 && second >= 450 && second <= 550, `${first}, ${second} ms`);
  });
}

Deno.test("Retry-After is waited for, in seconds and as a date", async () => {
  await using scene = await openScene({ client: { now: () => new Date("2026-01-01T00:00:00Z") } });
  const answers = ["7", "Thu, 01 Jan 2026 00:00:09 GMT"];
  scene.registry.fault = ({ url }) => {
    if (!url.pathname.endsWith("/manifests/v1")) return undefined;
    const after = answers.shift();
    return after === undefined
      ? undefined
      : new Response(null, { status: 429, headers: { "retry-after": after } });
  };
  await scene.client.images.pull(scene.byTag);
  deepEqual(scene.client.waits, [7000, 9000]);
});

Deno.test("a registry that asks for an hour is told to the user at once", async () => {
  await using scene = await openScene();
  scene.registry.fault = () =>
    new Response(null, { status: 429, headers: { "retry-after": "3600" } });
  await scene.client.refuse(scene.byTag, "registry-busy");
  equal(scene.registry.requests.length, 1);
  deepEqual(scene.client.waits, []);
});

for (
  const [status, code] of [[500, "registry-failed"], [503, "registry-failed"], [
    429,
    "registry-busy",
  ]] as const
) {
  Deno.test(`status ${status} for ever is given up after five tries`, async () => {
    await using scene = await openScene();
    scene.registry.fault = () => new Response("no", { status });
    await scene.client.refuse(scene.byTag, code);
    equal(scene.registry.requests.length, 5);
    equal(scene.client.waits.length, 4);
  });
}

Deno.test("a status that will not change is not asked for twice", async () => {
  for (
    const [status, code] of [[404, "image-not-found"], [403, "registry-denied"], [
      418,
      "registry-failed",
    ]] as const
  ) {
    await using scene = await openScene();
    scene.registry.fault = () => new Response("no", { status });
    await scene.client.refuse(scene.byTag, code);
    equal(scene.registry.requests.length, 1, String(status));
  }
});

Deno.test("what a registry says of its failure is shown on one line, without control characters", async () => {
  await using scene = await openScene();
  const errors = [{ code: "DENIED", message: "no\n\x1b[31mbpfman: error: fake" }];
  scene.registry.fault = () => Response.json({ errors }, { status: 403 });
  const { message } = await scene.client.refuse(scene.byTag, "registry-denied");
  match(message, /DENIED: no /);
  // deno-lint-ignore no-control-regex
  equal(/[\x00-\x1f]/.test(message), false, message);
});

Deno.test("a registry that refuses credentials for ever is given up", async () => {
  await using scene = await openScene({
    client: { credentials: { username: "bob", password: "wrong" } },
  });
  scene.registry.fault = () =>
    new Response(null, { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } });
  await scene.client.refuse(scene.byTag, "registry-denied");
  ok(scene.registry.requests.length <= 3, `${scene.registry.requests.length} requests`);
});

for (
  const challenge of [
    "",
    "Negotiate",
    "Bearer",
    'Bearer realm="nonsense"',
    'Bearer realm="ftp://x/"',
  ]
) {
  Deno.test(`the challenge ${JSON.stringify(challenge)} is refused`, async () => {
    await using scene = await openScene({
      client: { credentials: { username: "a", password: "b" } },
    });
    scene.registry.fault = () =>
      new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    await scene.client.refuse(scene.byTag, "registry-denied");
  });
}

Deno.test("a token server that answers HTML is refused", async () => {
  await using scene = await openScene();
  scene.registry.fault = ({ url }) => {
    if (url.pathname === "/token") return html();
    const realm = `http://${scene.registry.host}/token`;
    const headers = { "www-authenticate": `Bearer realm="${realm}",service="x"` };
    return new Response(null, { status: 401, headers });
  };
  const { message } = await scene.client.refuse(scene.byTag, "image-malformed");
  ok(message.includes(scene.registry.host), message);
});

Deno.test("a warning of the registry is passed on once", async () => {
  await using scene = await openScene();
  scene.registry.fault = ({ answer }) =>
    answer().then((good) => {
      good.headers.set("warning", '299 - "this registry moves to another host"');
      return good;
    });
  await scene.client.images.pull(scene.byTag);
  equal(scene.client.warnings.length, 1, scene.client.warnings.join("; "));
  match(scene.client.warnings[0] ?? "", /this registry moves to another host/);
});

Deno.test("nobody is listening: said so, after the usual tries", async () => {
  let host: string;
  {
    await using gone = OwnRegistry.start();
    host = gone.host;
  }
  using client = Client.open();
  await client.refuse(`${host}/net/sample:v1`, "registry-unreachable");
  equal(client.waits.length, 4);
});

/** Media types that do not belong to what they are sent with. */
const WRONG_TYPES: readonly (readonly [type: string, code: string])[] = [
  ["text/plain", "image-media-type"],
  ["application/vnd.docker.distribution.manifest.v1+prettyjws", "image-media-type"],
  ["application/vnd.oci.image.layer.v1.tar+gzip", "image-media-type"],
  [OCI_INDEX, "image-media-type"],
  [DOCKER_LIST, "image-media-type"],
];

for (const [type, code] of WRONG_TYPES) {
  Deno.test(`a manifest that is sent as ${type} is refused`, async () => {
    await using scene = await openScene();
    scene.registry.fault = ({ url, answer }) =>
      !url.pathname.includes("/manifests/") ? undefined : answer().then((good) => {
        good.headers.set("content-type", type);
        return good;
      });
    await scene.client.refuse(scene.byTag, code);
  });
}

Deno.test("what a tag stands for is asked once, and all else by digest", async () => {
  await using scene = await openScene();
  const other = await makeSample({ ...GOOD, programs: { xdp_other: "xdp" } });
  // the tag moves as soon as it was read
  scene.registry.fault = ({ url, answer }) =>
    !url.pathname.endsWith("/manifests/v1") ? undefined : answer().then((good) => {
      storeSample(scene.repository, other, "v1");
      return good;
    });
  const { descriptor } = await scene.client.images.pull(scene.byTag);
  equal(descriptor.digest, scene.digest);
  equal(scene.registry.count("GET", /\/manifests\/v1$/), 1);
  equal(scene.registry.count("HEAD", /\/manifests\/v1$/), 0);
  const object = await scene.client.images.object(scene.byTag, { policy: "Never" });
  equal(object.digest, scene.digest);
});

Deno.test("every request asks for bytes as they are stored", async () => {
  await using scene = await openScene();
  await scene.client.images.pull(scene.byTag);
  ok(scene.registry.requests.length >= 3);
  for (const { path, acceptEncoding } of scene.registry.requests) {
    equal(acceptEncoding, "identity", path);
  }
});
