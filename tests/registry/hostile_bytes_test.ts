/**
 * Registries that send other bytes than the digest says, or too few, too many, or without end.
 *
 * @module
 */
import { equal, ok } from "node:assert/strict";
import { mustBecome } from "../support/must.ts";
import { openScene, type Scene } from "./support/hostile.ts";
import type { Fault } from "./support/own_registry.ts";
import { jsonBytes, makeSample, storeSample } from "./support/sample_image.ts";
import { GOOD } from "./support/hostile.ts";

/** Answers a GET of the path with other bytes, and otherwise as a good registry would. */
function swap(path: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) {
  const fault: Fault = ({ request, url, answer }) => {
    if (request.method !== "GET" || !url.pathname.endsWith(path)) return undefined;
    return answer().then(async (good) => {
      const bytes = change(new Uint8Array(await good.arrayBuffer()));
      const headers = new Headers(good.headers);
      headers.set("content-length", String(bytes.length));
      return new Response(bytes, { headers });
    });
  };
  return fault;
}

/** Another image whose manifest is as long as the good one's, with all that it names. */
async function storeTwin({ repository, sample }: Scene): Promise<Uint8Array<ArrayBuffer>> {
  const twin = await makeSample({ ...GOOD, programs: { xdp_evil: "xdp" } });
  const bytes = jsonBytes(twin.manifest);
  equal(bytes.length, jsonBytes(sample.manifest).length, "the twin must be of equal length");
  storeSample(repository, twin);
  return bytes;
}

Deno.test("a manifest that is swapped for one of equal length is refused, by digest", async () => {
  await using scene = await openScene();
  const twin = await storeTwin(scene);
  scene.registry.fault = swap(scene.digest, () => twin);
  await scene.client.refuse(scene.byDigest, "image-digest-mismatch");
});

Deno.test("a manifest that is swapped under its digest header is refused, by tag", async () => {
  await using scene = await openScene();
  const twin = await storeTwin(scene);
  scene.registry.fault = swap("/manifests/v1", () => twin);
  await scene.client.refuse(scene.byTag, "image-digest-mismatch");
});

for (const part of ["config", "layer"] as const) {
  Deno.test(`a ${part} that is swapped for bytes of equal length is refused`, async () => {
    await using scene = await openScene();
    const path = `/blobs/${scene[part]}`;
    scene.registry.fault = swap(path, (bytes) => bytes.with(bytes.length - 1, 0x5a));
    await scene.client.refuse(scene.byTag, "image-digest-mismatch");
    ok(scene.registry.count("GET", new RegExp(`${path}$`)) > 0, "the blob was never asked for");
    // the same registry without the fault is fine
    scene.registry.fault = undefined;
    await scene.client.images.pull(scene.byTag);
  });

  Deno.test(`a ${part} that is too short is refused`, async () => {
    await using scene = await openScene();
    scene.registry.fault = swap(`/blobs/${scene[part]}`, (bytes) => bytes.slice(0, -1));
    await scene.client.refuse(scene.byTag, "image-size-mismatch");
  });

  Deno.test(`a ${part} that is too long is refused`, async () => {
    await using scene = await openScene();
    const path = `/blobs/${scene[part]}`;
    scene.registry.fault = swap(path, (bytes) => new Uint8Array([...bytes, 10]));
    await scene.client.refuse(scene.byTag, "image-too-large");
  });
}

Deno.test("a body that breaks off is asked for again, and refused when it always does", async () => {
  await using scene = await openScene();
  const path = `/blobs/${scene.layer}`;
  const cutOff: Fault = ({ url, answer }) => {
    if (!url.pathname.endsWith(path)) return undefined;
    return answer().then(async (good) => {
      const bytes = new Uint8Array(await good.arrayBuffer());
      // the header promises all of it, the body ends in the middle
      const half = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.slice(0, bytes.length >> 1));
          controller.close();
        },
      });
      return new Response(half, { headers: { "content-length": String(bytes.length) } });
    });
  };
  scene.registry.fault = cutOff;
  await scene.client.refuse(scene.byTag, "registry-unreachable");
  equal(scene.registry.count("GET", new RegExp(`${path}$`)), 5);
  // only the first try is cut off
  scene.registry.requests.length = 0;
  scene.registry.fault = (call) => call.before === 0 ? cutOff(call) : undefined;
  const { isNew } = await scene.client.images.pull(scene.byTag);
  equal(isNew, true);
  equal(scene.registry.count("GET", new RegExp(`${path}$`)), 2);
});

/** A body without end, that tells how much of it was taken. */
class Endless {
  sent = 0;
  isCancelled = false;

  response(headers: Record<string, string>): Response {
    const piece = new Uint8Array(64 * 1024).fill(0x20);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        this.sent += piece.length;
        controller.enqueue(piece);
      },
      cancel: () => void (this.isCancelled = true),
    });
    return new Response(body, { headers });
  }
}

/** Most that a body without end may have sent: the largest limit, and what fits into sockets. */
const ENOUGH = 64 * 1024 * 1024;

for (
  const [what, path] of [["manifest", "/manifests/v1"], ["config", "config"], ["layer", "layer"]]
) {
  Deno.test(`a ${what} without end is given up`, async () => {
    await using scene = await openScene();
    const endless = new Endless();
    const wanted = path === "config" || path === "layer" ? scene[path] : path ?? "";
    scene.registry.fault = ({ url }) => {
      if (!url.pathname.endsWith(wanted)) return undefined;
      const mediaType = what === "manifest" ? scene.sample.mediaType : "application/octet-stream";
      return endless.response({ "content-type": mediaType });
    };
    await scene.client.refuse(scene.byTag, "image-too-large");
    await mustBecome("the connection to be closed", () => endless.isCancelled);
    ok(endless.sent > 0 && endless.sent < ENOUGH, `${endless.sent} bytes were sent`);
  });
}

Deno.test("a manifest that announces more than is allowed is not read", async () => {
  await using scene = await openScene();
  const size = 4 * 1024 * 1024 + 1;
  const endless = new Endless();
  scene.registry.fault = ({ url }) =>
    url.pathname.endsWith("/manifests/v1")
      ? endless.response({ "content-type": scene.sample.mediaType, "content-length": String(size) })
      : undefined;
  await scene.client.refuse(scene.byTag, "image-too-large");
});

Deno.test("a huge manifest of valid JSON is refused", async () => {
  await using scene = await openScene();
  const { manifest, mediaType } = scene.sample;
  const bytes = jsonBytes({ ...manifest, annotations: { a: "x".repeat(4 * 1024 * 1024) } });
  scene.repository.addManifest({ mediaType, bytes }, "huge");
  await scene.client.refuse(scene.byTag.replace(":v1", ":huge"), "image-too-large");
});
