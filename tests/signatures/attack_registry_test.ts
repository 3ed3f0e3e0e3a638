/**
 * A hostile registry changes what it serves while an image is verified and fetched. Whatever it does,
 * the signed object is loaded or none.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { Client } from "../registry/support/client.ts";
import type { FaultCall } from "../registry/support/own_registry.ts";
import {
  jsonBytes,
  makeSample,
  OCI_INDEX,
  storeIndex,
  storeSample,
} from "../registry/support/sample_image.ts";
import {
  admit,
  type AttackScene,
  courtOf,
  EVIL,
  GOOD,
  mustBeGood,
  mustRefuse,
  openAttack,
} from "./attack_scene.ts";
import { makeKey, signatureTag, storeSignature } from "./sign_by_hand.ts";

/** Digest of the object's layer in a manifest. */
function layerOf({ manifest }: AttackScene["good"]): string {
  return (manifest as { layers: { digest: string }[] }).layers[0]?.digest ?? "";
}

function isGet({ request, url }: FaultCall, end: string): boolean {
  return request.method === "GET" && url.pathname.endsWith(end);
}

/** Answers with other bytes, under the headers that the right ones would have. */
function instead(bytes: Uint8Array<ArrayBuffer>, mediaType: string, digest: string): Response {
  return new Response(bytes, {
    headers: {
      "content-type": mediaType,
      "content-length": String(bytes.length),
      "docker-content-digest": digest,
    },
  });
}

Deno.test("attack: none; a signed image is let in as it is", async () => {
  await using scene = await openAttack();
  await mustBeGood(await admit(scene));
});

Deno.test("attack: the tag names another image by the time it is pulled", async () => {
  await using scene = await openAttack();
  const { registry, repository, evilDigest } = scene;
  // the signature is asked for after the tag was resolved, and before anything is fetched
  registry.fault = ({ url }) => {
    if (url.pathname.endsWith(".sig")) repository.tags.set("v1", evilDigest);
    return undefined;
  };
  await mustBeGood(await admit(scene));
  strictEqual(repository.tags.get("v1"), evilDigest, "the attack did not happen");
  strictEqual(registry.count("GET", /\/manifests\/v1$/), 1, "the tag was asked twice");
});

Deno.test("attack: the tag moves to an unsigned image; the next load refuses it", async () => {
  await using scene = await openAttack();
  await mustBeGood(await admit(scene));
  scene.repository.tags.set("v1", scene.evilDigest);
  await mustRefuse(admit(scene, { policy: "Always" }), "image-unsigned");
  // what is stored is the image that was verified, and is verified again
  await mustBeGood(await admit(scene));
});

Deno.test("attack: the manifest is another one when it is asked for by digest", async () => {
  await using scene = await openAttack();
  const { registry, goodDigest, evil } = scene;
  const other = jsonBytes(evil.manifest);
  registry.fault = (call) =>
    isGet(call, `/manifests/${goodDigest}`)
      ? instead(other, evil.mediaType, goodDigest)
      : undefined;
  const { host } = registry;
  const byDigest = { ...scene, name: `${host}/net/pass@${goodDigest}` };
  await mustRefuse(admit(byDigest), "image-digest-mismatch", "image-size-mismatch");
});

Deno.test("attack: the tag answers with another manifest than its header says", async () => {
  await using scene = await openAttack();
  const { registry, goodDigest, evil } = scene;
  const other = jsonBytes(evil.manifest);
  registry.fault = (call) =>
    isGet(call, "/manifests/v1") ? instead(other, evil.mediaType, goodDigest) : undefined;
  await mustRefuse(admit(scene), "image-digest-mismatch", "image-size-mismatch");
});

Deno.test("attack: the layer is another blob of the same name", async () => {
  await using scene = await openAttack();
  const { registry, repository, good, evil } = scene;
  const other = repository.blobs.get(layerOf(evil));
  ok(other !== undefined);
  registry.fault = (call) =>
    isGet(call, `/blobs/${layerOf(good)}`)
      ? instead(other, "application/octet-stream", layerOf(good))
      : undefined;
  await mustRefuse(admit(scene), "image-digest-mismatch", "image-size-mismatch", "image-too-large");
});

for (
  const [what, change] of [
    ["cut short", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1)],
    ["longer", (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array([...bytes, 0])],
    [
      "changed by one byte",
      (bytes: Uint8Array<ArrayBuffer>) => bytes.with(40, 1 ^ (bytes[40] ?? 0)),
    ],
  ] as const
) {
  Deno.test(`attack: the layer is ${what}`, async () => {
    await using scene = await openAttack();
    const { registry, repository, good } = scene;
    const bytes = repository.blobs.get(layerOf(good));
    ok(bytes !== undefined);
    const other = new Uint8Array(change(bytes));
    registry.fault = (call) =>
      isGet(call, `/blobs/${layerOf(good)}`)
        ? instead(other, "application/octet-stream", layerOf(good))
        : undefined;
    const codes = ["image-digest-mismatch", "image-size-mismatch", "image-too-large"];
    await mustRefuse(admit(scene), ...codes);
  });
}

Deno.test("attack: the layer's address leads to another host with another blob", async () => {
  await using elsewhere = await openAttack();
  await using scene = await openAttack();
  const { registry, good, evil } = scene;
  const target = `http://${elsewhere.registry.host}/v2/net/pass/blobs/${layerOf(evil)}`;
  registry.fault = (call) =>
    isGet(call, `/blobs/${layerOf(good)}`) ? Response.redirect(target, 307) : undefined;
  const codes = ["image-digest-mismatch", "image-size-mismatch", "image-too-large"];
  await mustRefuse(admit(scene), ...codes);
  strictEqual(elsewhere.registry.count("GET", /\/blobs\//), 1, "the other host was never asked");
});

Deno.test("attack: an unsigned image has the signature of another one beside it", async () => {
  await using scene = await openAttack();
  const { repository, key, goodDigest, evilDigest } = scene;
  storeSignature(repository, key, { signed: goodDigest, under: evilDigest });
  repository.tags.set("v1", evilDigest);
  const error = await mustRefuse(admit(scene), "signature-refused");
  match(error.message, /it signs another image/);
});

Deno.test("attack: the signature is somebody else's", async () => {
  await using scene = await openAttack();
  storeSignature(scene.repository, makeKey(), { signed: scene.evilDigest });
  scene.repository.tags.set("v1", scene.evilDigest);
  const error = await mustRefuse(admit(scene), "signature-refused");
  match(error.message, /signature verification failed/);
});

Deno.test("attack: the signature's manifest is another one at the second look", async () => {
  await using scene = await openAttack();
  const { registry, repository, key, goodDigest, evilDigest } = scene;
  storeSignature(repository, key, { signed: goodDigest, under: evilDigest });
  repository.tags.set("v1", evilDigest);
  const own = repository.find(signatureTag(goodDigest));
  ok(own !== undefined);
  // whatever is asked about the evil image, the answer is the good one's
  registry.fault = (call) =>
    isGet(call, signatureTag(evilDigest))
      ? instead(own.bytes, own.mediaType, own.digest)
      : undefined;
  await mustRefuse(admit(scene), "signature-refused");
});

Deno.test("attack: a signed index is served with other children", async () => {
  await using scene = await openAttack();
  const { registry, repository, key, good, evil } = scene;
  const signed = storeIndex(repository, { amd64: good, arm64: good }, "v2");
  storeSignature(repository, key, { signed });
  const forged = storeIndex(repository, { amd64: evil, arm64: evil });
  const other = repository.find(forged);
  ok(other !== undefined);
  const index = { ...scene, name: `${registry.host}/net/pass:v2` };
  await mustBeGood(await admit(index));
  registry.fault = (call) =>
    isGet(call, `/manifests/${signed}`) ? instead(other.bytes, OCI_INDEX, signed) : undefined;
  const byDigest = { ...scene, name: `${registry.host}/net/pass@${signed}` };
  using client = Client.open();
  await mustRefuse(admit({ ...byDigest, client }), "image-digest-mismatch", "image-size-mismatch");
});

Deno.test("attack: only a child of the index is signed, and not the index", async () => {
  await using scene = await openAttack();
  const { registry, repository, good, evil } = scene;
  storeIndex(repository, { amd64: good, arm64: evil }, "v2");
  await mustRefuse(admit({ ...scene, name: `${registry.host}/net/pass:v2` }), "image-unsigned");
});

for (const status of [401, 403, 500, 503]) {
  Deno.test(`attack: the registry answers ${status} where the signature is; never unsigned`, async () => {
    await using scene = await openAttack();
    const { registry } = scene;
    registry.fault = ({ url }) =>
      url.pathname.endsWith(".sig") ? new Response(null, { status }) : undefined;
    const lenient = { ...courtOf(), policy: allowingUnsigned() };
    for (const court of [scene.court, lenient]) {
      const error = await mustRefuse(
        admit({ ...scene, court }),
        "registry-failed",
        "registry-denied",
      );
      strictEqual(error.kind, "network");
    }
  });
}

function allowingUnsigned() {
  const { policy } = courtOf(makeKey());
  return { ...policy, policy: { default: { ...policy.policy.default, action: "warn" as const } } };
}

Deno.test("attack: a stored image is verified again when another key is trusted", async () => {
  await using scene = await openAttack();
  await mustBeGood(await admit(scene));
  scene.registry.requests.length = 0;
  await mustRefuse(admit({ ...scene, court: courtOf(makeKey()) }), "signature-refused");
  strictEqual(scene.registry.requests.length, 0, "what is stored needs no registry");
});

Deno.test("attack: what is fetched is not what was judged", async () => {
  await using scene = await openAttack();
  const { client, evilDigest } = scene;
  const images = {
    locate: (name: string) => client.images.locate(name),
    object: async (name: string, options = {}) => {
      const { reference: _, ...image } = await client.images.object(name, options);
      return { ...image, reference: name, digest: evilDigest, bytes: EVIL };
    },
  };
  await mustRefuse(admit(scene, {}, images), "image-digest-mismatch");
  const swapped = {
    ...images,
    object: async (name: string, options = {}) => ({
      ...await client.images.object(name, options),
      bytes: EVIL,
    }),
  };
  await mustRefuse(admit(scene, {}, swapped), "image-digest-mismatch");
  ok(GOOD.length > 0);
});

Deno.test("attack: the good image and an evil one under one tag, in turns", async () => {
  await using scene = await openAttack();
  const { registry, repository, goodDigest, evilDigest } = scene;
  storeSample(repository, await makeSample({ object: EVIL, programs: {} }));
  let turn = 0;
  registry.fault = ({ url, request }) => {
    if (url.pathname.endsWith("/manifests/v1") && request.method === "GET") {
      repository.tags.set("v1", turn++ % 2 === 0 ? goodDigest : evilDigest);
    }
    return undefined;
  };
  for (let times = 0; times < 6; times++) {
    const isGood = turn % 2 === 0;
    const load = admit(scene, { policy: "Always" });
    if (isGood) await mustBeGood(await load);
    else await mustRefuse(load, "image-unsigned");
  }
  ok(turn >= 6, "the tag was not asked each time");
});
