/**
 * Stores whose bytes were changed on the disk: never used, and mended by a pull that may.
 *
 * @module
 */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { snapshotOf } from "./support/client.ts";
import { openScene } from "./support/hostile.ts";

/** Every piece of the scene's image. */
const PIECES = ["digest", "config", "layer"] as const;

for (const piece of PIECES) {
  Deno.test(`a damaged ${piece} of the store is noticed, and fetched anew where that is allowed`, async () => {
    await using scene = await openScene();
    const { client, byTag } = scene;
    await client.images.pull(byTag);
    const good = snapshotOf(client.store);
    const path = `${client.store}/blobs/${scene[piece].replace(":", "/")}`;
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.with(0, (bytes[0] ?? 0) ^ 1));
    await rejects(client.images.object(byTag, { policy: "Never" }));
    const { digest } = await client.images.object(byTag, { policy: "IfNotPresent" });
    equal(digest, scene.digest);
    deepEqual(snapshotOf(client.store), good);
    // and now it is good without the registry
    await client.images.object(byTag, { policy: "Never" });
  });
}

Deno.test("a blob that was removed from the store is fetched anew", async () => {
  await using scene = await openScene();
  const { client, byTag } = scene;
  await client.images.pull(byTag);
  Deno.removeSync(`${client.store}/blobs/${scene.layer.replace(":", "/")}`);
  await rejects(client.images.object(byTag, { policy: "Never" }), { code: "image-not-stored" });
  await client.images.object(byTag, { policy: "IfNotPresent" });
  await client.images.object(byTag, { policy: "Never" });
});
