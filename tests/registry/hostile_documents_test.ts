/**
 * Manifests, indexes and configurations that are not what they should be.
 *
 * @module
 */
import { equal, ok } from "node:assert/strict";
import { GOOD, openScene, type Scene } from "./support/hostile.ts";
import {
  descriptorOf,
  jsonBytes,
  makeSample,
  OCI_INDEX,
  OCI_MANIFEST,
  storeIndex,
  storeSample,
} from "./support/sample_image.ts";

/** Stores bytes as a manifest with the tag `bad`; gives its name. */
function storeBad(scene: Scene, bytes: Uint8Array<ArrayBuffer>, mediaType = OCI_MANIFEST): string {
  scene.repository.addManifest({ mediaType, bytes }, "bad");
  return scene.byTag.replace(":v1", ":bad");
}

/** Changes of a good manifest, each with the code of its refusal. */
const CHANGES: Readonly<Record<string, readonly [change: Record<string, unknown>, code: string]>> =
  {
    "layers and manifests at once": [{ manifests: [] }, "image-malformed"],
    "no layers": [{ layers: undefined }, "image-malformed"],
    "layers that are no list": [{ layers: {} }, "image-malformed"],
    "no configuration": [{ config: undefined }, "image-malformed"],
    "a configuration that is a word": [{ config: "x" }, "image-malformed"],
    "another schema": [{ schemaVersion: 1 }, "image-malformed"],
    "a media type of its own": [{ mediaType: "text/plain" }, "image-media-type"],
    "the media type of an index": [{ mediaType: OCI_INDEX }, "image-media-type"],
  };

for (const [what, [change, code]] of Object.entries(CHANGES)) {
  Deno.test(`a manifest with ${what} is refused`, async () => {
    await using scene = await openScene();
    await scene.client.refuse(
      storeBad(scene, jsonBytes({ ...scene.sample.manifest, ...change })),
      code,
    );
  });
}

const LAYER = {
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: `sha256:${"0".repeat(64)}`,
  size: 100,
};

/** Layers that cannot be, each with the code of its refusal. */
const LAYERS: Readonly<Record<string, readonly [layer: Record<string, unknown>, code: string]>> = {
  "a size below zero": [{ ...LAYER, size: -1 }, "image-malformed"],
  "a size that is no whole number": [{ ...LAYER, size: 1.5 }, "image-malformed"],
  "a size in words": [{ ...LAYER, size: "100" }, "image-malformed"],
  "a size beyond the limit": [{ ...LAYER, size: 1e12 }, "image-too-large"],
  "no digest": [{ ...LAYER, digest: undefined }, "image-malformed"],
  "a digest that is a path": [{ ...LAYER, digest: "sha256:../../etc/passwd" }, "image-malformed"],
  "a digest of an unknown kind": [{ ...LAYER, digest: "md5:00" }, "image-malformed"],
  "a digest that the registry does not have": [LAYER, "image-not-found"],
  "bytes of its own that do not match": [{ ...LAYER, data: btoa("x") }, "image-size-mismatch"],
};

for (const [what, [layer, code]] of Object.entries(LAYERS)) {
  Deno.test(`a layer with ${what} is refused`, async () => {
    await using scene = await openScene();
    const manifest = { ...scene.sample.manifest, layers: [layer] };
    await scene.client.refuse(storeBad(scene, jsonBytes(manifest)), code);
  });
}

/** Bytes that are no manifest. */
const NO_MANIFESTS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  "nothing at all": new Uint8Array(),
  "no JSON": new TextEncoder().encode("{"),
  "a list": jsonBytes([]),
  "null": jsonBytes(null),
  "bytes that are no UTF-8": new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
  "very deep JSON": new TextEncoder().encode("[".repeat(200_000) + "]".repeat(200_000)),
};

for (const [what, bytes] of Object.entries(NO_MANIFESTS)) {
  Deno.test(`${what} as a manifest is refused`, async () => {
    await using scene = await openScene();
    await scene.client.refuse(storeBad(scene, bytes), "image-malformed");
  });
}

Deno.test("a manifest with ten thousand layers is refused", async () => {
  await using scene = await openScene();
  const manifest = { ...scene.sample.manifest, layers: Array(10_000).fill(LAYER) };
  await scene.client.refuse(storeBad(scene, jsonBytes(manifest)), "image-malformed");
  equal(scene.registry.count("GET", /\/blobs\//), 0);
});

Deno.test("an index without our platform is refused, and names those that it has", async () => {
  await using scene = await openScene();
  const sample = await makeSample({ ...GOOD, architecture: "s390x" });
  storeIndex(scene.repository, { s390x: sample, mips: sample }, "bad");
  const name = scene.byTag.replace(":v1", ":bad");
  const platform = { os: "linux", architecture: "amd64" };
  const error = await scene.client.refuse(name, "image-platform-missing", { platform });
  ok(error.message.includes("s390x") && error.message.includes("mips"), error.message);
});

Deno.test("an index without any manifest is refused", async () => {
  await using scene = await openScene();
  storeIndex(scene.repository, {}, "bad");
  await scene.client.refuse(scene.byTag.replace(":v1", ":bad"), "image-platform-missing");
});

Deno.test("an index of an index is refused", async () => {
  await using scene = await openScene();
  const inner = jsonBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
  scene.repository.addManifest({ mediaType: OCI_INDEX, bytes: inner });
  const platform = { os: "linux", architecture: Deno.build.arch === "x86_64" ? "amd64" : "arm64" };
  const entry = { ...descriptorOf({ mediaType: OCI_INDEX, bytes: inner }), platform };
  const outer = jsonBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] });
  const name = storeBad(scene, outer, OCI_INDEX);
  await scene.client.refuse(name, "image-platform-missing");
});

Deno.test("a child of an index that is swapped for one of equal length is refused", async () => {
  await using scene = await openScene();
  const twin = await makeSample({ ...GOOD, programs: { xdp_evil: "xdp" } });
  storeSample(scene.repository, twin);
  const architecture = Deno.build.arch === "x86_64" ? "amd64" : "arm64";
  storeIndex(scene.repository, { [architecture]: scene.sample }, "bad");
  const bytes = jsonBytes(twin.manifest);
  scene.registry.fault = ({ url }) =>
    url.pathname.endsWith(scene.digest)
      ? new Response(bytes, { headers: { "content-type": OCI_MANIFEST } })
      : undefined;
  await scene.client.refuse(scene.byTag.replace(":v1", ":bad"), "image-digest-mismatch");
});
