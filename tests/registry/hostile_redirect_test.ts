/**
 * Redirects: followed where that is safe, never with credentials for a stranger.
 *
 * @module
 */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { makeServerCertificate } from "./support/certificates.ts";
import { Client } from "./support/client.ts";
import { GOOD, openScene, REPOSITORY } from "./support/hostile.ts";
import { type Fault, OwnRegistry } from "./support/own_registry.ts";
import { makeSample, storeSample } from "./support/sample_image.ts";

const CREDENTIALS = { username: "bob", password: "pass:word" };
const BASIC = `${CREDENTIALS.username}:${CREDENTIALS.password}`;

function redirect(location: string, status = 307): Response {
  return new Response(null, { status, headers: { location } });
}

/** Redirects every request for blobs. */
function blobsElsewhere(origin: string, status = 307): Fault {
  return ({ url }) =>
    url.pathname.includes("/blobs/sha256:")
      ? redirect(`${origin}${url.pathname}`, status)
      : undefined;
}

for (const [what, part] of [["manifest", "/manifests/"], ["blob", "/blobs/"]] as const) {
  Deno.test(`a ${what} that redirects to itself is given up`, async () => {
    await using scene = await openScene();
    scene.registry.fault = ({ url }) =>
      url.pathname.includes(part) ? redirect(url.href) : undefined;
    await scene.client.refuse(scene.byTag, "registry-redirect");
    const asked = scene.registry.requests.filter(({ path }) => path.includes(part)).length;
    ok(asked > 1 && asked < 50, `${asked} requests`);
  });
}

for (
  const [why, location] of [
    ["without an address", ""],
    ["to a file", "file:///etc/passwd"],
    ["to no address at all", "http://["],
  ] as const
) {
  Deno.test(`a redirect ${why} is refused`, async () => {
    await using scene = await openScene();
    scene.registry.fault = ({ url }) => {
      if (!url.pathname.includes("/blobs/")) return undefined;
      return location === "" ? new Response(null, { status: 302 }) : redirect(location, 302);
    };
    await scene.client.refuse(scene.byTag, "registry-redirect");
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`a blob behind status ${status} on another host is fetched without credentials`, async () => {
    await using elsewhere = OwnRegistry.start();
    await using scene = await openScene({
      registry: { basic: BASIC },
      client: { credentials: CREDENTIALS },
    });
    storeSample(elsewhere.repository(REPOSITORY), scene.sample);
    scene.registry.fault = blobsElsewhere(`http://${elsewhere.host}`, status);
    await scene.client.images.pull(scene.byTag);
    equal(elsewhere.count("GET", /\/blobs\//), 2);
    // its own registry got them, so there was something to leak
    ok(scene.registry.requests.some(({ authorization }) => authorization !== null));
    deepEqual(elsewhere.requests.filter(({ authorization }) => authorization !== null), []);
  });
}

Deno.test("a stranger that asks for credentials gets none", async () => {
  await using elsewhere = OwnRegistry.start({ basic: BASIC });
  await using scene = await openScene({
    registry: { basic: BASIC },
    client: { credentials: CREDENTIALS },
  });
  storeSample(elsewhere.repository(REPOSITORY), scene.sample);
  scene.registry.fault = blobsElsewhere(`http://${elsewhere.host}`);
  await scene.client.refuse(scene.byTag, "registry-denied");
  ok(elsewhere.requests.length > 0);
  deepEqual(elsewhere.requests.filter(({ authorization }) => authorization !== null), []);
});

Deno.test("an upload whose place is on another host takes no credentials there", async () => {
  await using elsewhere = OwnRegistry.start();
  await using registry = OwnRegistry.start({ basic: BASIC });
  using client = Client.open({ credentials: CREDENTIALS });
  const name = `${registry.host}/net/uploaded:v1`;
  const bytes = Deno.readFileSync(fixture("xdp_pass"));
  await client.images.build({ name, inputs: [{ path: "xdp_pass.bpf.o", bytes }] });
  registry.fault = ({ request, url, answer }) => {
    if (request.method !== "POST" || !url.pathname.includes("/uploads/")) return undefined;
    return answer().then((good) => {
      const location = good.headers.get("location");
      return location === null ? good : new Response(null, {
        status: 202,
        headers: { location: `http://${elsewhere.host}${location}` },
      });
    });
  };
  // the stranger answers 404 to uploads that it did not begin
  await rejects(client.images.push(name), { code: "image-not-found" });
  ok(registry.requests.some(({ authorization }) => authorization !== null));
  deepEqual(elsewhere.requests.filter(({ authorization }) => authorization !== null), []);
});

Deno.test("a redirect from https to http is refused", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const tls = await makeServerCertificate(folder);
    await using plain = OwnRegistry.start();
    await using secure = OwnRegistry.start({ tls });
    const sample = await makeSample(GOOD);
    storeSample(plain.repository(REPOSITORY), sample);
    storeSample(secure.repository(REPOSITORY), sample, "v1");
    using client = Client.open({ registries: { [secure.host]: { caFile: tls.authority } } });
    secure.fault = blobsElsewhere(`http://${plain.host}`);
    await client.refuse(`${secure.host}/${REPOSITORY}:v1`, "registry-redirect");
    equal(plain.requests.length, 0);
    // without the fault the authority is good enough
    secure.fault = undefined;
    await client.images.pull(`${secure.host}/${REPOSITORY}:v1`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
