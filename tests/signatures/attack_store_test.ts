/**
 * A hostile store or layout: files change between verification and load. Whatever they become, the
 * signed object is loaded or none.
 *
 * @module
 */
import { notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { admitImage } from "../../core/admission/image.ts";
import type { FoundManifest, Images, ObjectOptions } from "../../core/image/api.ts";
import { jsonBytes } from "../registry/support/sample_image.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import {
  admit,
  type AttackScene,
  EVIL,
  GOOD,
  mustBeGood,
  mustRefuse,
  openAttack,
} from "./attack_scene.ts";

/** How damage of content shows. */
const DAMAGE = ["image-digest-mismatch", "image-size-mismatch", "image-incomplete"] as const;

function layerOf({ manifest }: AttackScene["good"]): string {
  return (manifest as { layers: { digest: string }[] }).layers[0]?.digest ?? "";
}

function blobPath(folder: string, digest: string): string {
  return `${folder}/blobs/${digest.replace(":", "/")}`;
}

/** A scene whose images are in the client's store; the registry is not asked any more. */
async function openStored(): Promise<AttackScene> {
  const scene = await openAttack();
  const { client, registry, evilDigest } = scene;
  await client.images.pull(scene.name);
  await client.images.pull(`${registry.host}/net/pass@${evilDigest}`);
  registry.fault = () => new Response(null, { status: 404 });
  return scene;
}

/** Images that let something happen once the image was judged, and before its content is read. */
function afterJudgement(images: Images, attack: (found: FoundManifest) => void) {
  return {
    locate: (name: string) => images.locate(name),
    object: (name: string, { admit, ...options }: ObjectOptions = {}) =>
      images.object(name, {
        ...options,
        admit: async (found) => {
          const isUsed = await admit?.(found) ?? true;
          attack(found);
          return isUsed;
        },
      }),
  };
}

/** Lets every entry of an index that names one manifest name another. */
function repoint(folder: string, from: string, to: { digest: string; size: number }): void {
  const path = `${folder}/index.json`;
  const index = JSON.parse(Deno.readTextFileSync(path));
  for (const entry of index.manifests) {
    if (entry.digest === from) Object.assign(entry, to);
  }
  Deno.writeTextFileSync(path, JSON.stringify(index));
}

const NEVER = { policy: "Never" } as const;

Deno.test("attack: none; a signed image of the store is let in as it is", async () => {
  await using scene = await openStored();
  await mustBeGood(await admit(scene, NEVER));
});

Deno.test("attack: a blob of the store is another one after the pull", async () => {
  await using scene = await openStored();
  const { client, good, evil } = scene;
  const evilLayer = Deno.readFileSync(blobPath(client.store, layerOf(evil)));
  Deno.writeFileSync(blobPath(client.store, layerOf(good)), evilLayer);
  await mustRefuse(admit(scene, NEVER), ...DAMAGE, "image-not-stored");
});

Deno.test("attack: a blob of the store is another one after the judgement", async () => {
  await using scene = await openStored();
  const { client, good, evil } = scene;
  const evilLayer = Deno.readFileSync(blobPath(client.store, layerOf(evil)));
  let times = 0;
  const images = afterJudgement(client.images, () => {
    Deno.writeFileSync(blobPath(client.store, layerOf(good)), evilLayer);
    times++;
  });
  await mustRefuse(admit(scene, NEVER, images), ...DAMAGE);
  strictEqual(times, 1);
});

Deno.test("attack: the manifest in the store is another one after the judgement", async () => {
  await using scene = await openStored();
  const { client, goodDigest, evil } = scene;
  const images = afterJudgement(client.images, () => {
    Deno.writeFileSync(blobPath(client.store, goodDigest), jsonBytes(evil.manifest));
  });
  await mustRefuse(admit(scene, NEVER, images), ...DAMAGE);
});

Deno.test("attack: the store's index names an unsigned image", async () => {
  await using scene = await openStored();
  const { client, goodDigest, evilDigest, evil } = scene;
  const size = jsonBytes(evil.manifest).length;
  repoint(client.store, goodDigest, { digest: evilDigest, size });
  await mustRefuse(admit(scene, NEVER), "image-unsigned");
});

Deno.test("attack: the store's index names another image after the judgement", async () => {
  await using scene = await openStored();
  const { client, goodDigest, evilDigest, evil } = scene;
  const size = jsonBytes(evil.manifest).length;
  const images = afterJudgement(client.images, () => {
    repoint(client.store, goodDigest, { digest: evilDigest, size });
  });
  await mustBeGood(await admit(scene, NEVER, images));
});

Deno.test("attack: the store is a link that leads elsewhere after the judgement", async () => {
  await using scene = await openStored();
  const { client, good, evil } = scene;
  const images = afterJudgement(client.images, () => {
    const path = blobPath(client.store, layerOf(good));
    Deno.removeSync(path);
    Deno.symlinkSync(blobPath(client.store, layerOf(evil)), path);
  });
  await mustRefuse(admit(scene, NEVER, images), ...DAMAGE);
});

/** A layout with the signed image and its signature. */
async function openLayout(scene: AttackScene, folder: string): Promise<string> {
  await scene.client.images.copy(scene.name, `oci:${folder}/layout:v1`);
  await scene.client.images.copy(
    `${scene.registry.host}/net/pass@${scene.evilDigest}`,
    `oci:${folder}/layout:evil`,
  );
  return `oci:${folder}/layout:v1`;
}

Deno.test("attack: a layout changes between judgement and reading", async () => {
  await using scene = await openAttack();
  using folder = new TemporaryFolder();
  const name = await openLayout(scene, folder.path);
  const { client, goodDigest, evilDigest, good, evil } = scene;
  const layout = `${folder.path}/layout`;
  const size = jsonBytes(evil.manifest).length;
  await mustBeGood(await admit({ ...scene, name }));
  const repointed = afterJudgement(client.images, () => {
    repoint(layout, goodDigest, { digest: evilDigest, size });
  });
  await mustBeGood(await admit({ ...scene, name }, {}, repointed));
  await mustRefuse(admit({ ...scene, name }), "image-unsigned");
  repoint(layout, evilDigest, { digest: goodDigest, size: jsonBytes(good.manifest).length });
  const swapped = afterJudgement(client.images, () => {
    Deno.copyFileSync(blobPath(layout, layerOf(evil)), blobPath(layout, layerOf(good)));
  });
  await mustRefuse(admit({ ...scene, name }, {}, swapped), ...DAMAGE);
});

Deno.test("attack: a trusted layout's path leads elsewhere while it is read", async () => {
  await using scene = await openAttack();
  using folder = new TemporaryFolder();
  const name = await openLayout(scene, folder.path);
  const trusted = Deno.realPathSync(`${folder.path}/layout`);
  Deno.symlinkSync(trusted, `${folder.path}/link`);
  const { client, court, evilDigest } = scene;
  // whatever is in the trusted layout needs no signature; nothing else is let in
  const policy = {
    ...court.policy,
    policy: {
      default: { action: "reject" as const },
      scopes: { [`oci:${trusted}`]: { action: "accept" as const } },
    },
  };
  await client.images.copy(
    `${scene.registry.host}/net/pass@${evilDigest}`,
    `oci:${folder.path}/other:v1`,
  );
  const lookup: Pick<Images, "locate" | "object"> = {
    locate: (one) => client.images.locate(one),
    object: (one, options) => {
      // the name was made canonical by now; the link leads to the attacker's layout
      Deno.removeSync(`${folder.path}/link`);
      Deno.symlinkSync(`${folder.path}/other`, `${folder.path}/link`);
      return client.images.object(one, options);
    },
  };
  const wish = {
    name: `oci:${folder.path}/link:v1`,
    settings: { programs: [{ type: "xdp", name: "xdp_pass" }] },
  } as const;
  const prepared = await admitImage({ ...court, policy }, lookup, wish);
  strictEqual(prepared.load.image?.bytes.length, GOOD.length);
  notStrictEqual(prepared.load.image?.objectDigest, undefined);
  ok(prepared.load.image?.bytes.every((byte, at) => byte === GOOD[at]), "other bytes were let in");
  await mustRefuse(
    admitImage({ ...court, policy }, client.images, wish),
    "image-unsigned",
    "policy-refused",
  );
  ok(EVIL.length === GOOD.length && name !== "");
});
