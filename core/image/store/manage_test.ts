import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { digestOf } from "../digest.ts";
import { openImages } from "../images.ts";
import type { ImageUse } from "../settings.ts";
import { ImageStore } from "./store.ts";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url).pathname;

class Scene implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly uses: ImageUse[] = [];
  #time = Date.UTC(2026, 0, 1);
  readonly images = openImages({
    directory: `${this.directory}/store`,
    inUse: () => this.uses,
    now: () => new Date(this.#time += 1000),
  });

  /** Builds an image of an object. */
  async build(name: string, object = "xdp_counter"): Promise<string> {
    const path = `${FIXTURES}${object}.bpf.o`;
    const inputs = [{ path, bytes: Deno.readFileSync(path) }];
    return (await this.images.build({ name, inputs })).descriptor.digest;
  }

  /** Files of blobs. */
  blobs(): string[] {
    return [...Deno.readDirSync(`${this.directory}/store/blobs/sha256`)].map(({ name }) => name);
  }

  async names(): Promise<string[]> {
    return (await this.images.list()).map(({ repository, tag }) => `${repository}:${tag}`);
  }

  [Symbol.dispose](): void {
    this.images[Symbol.dispose]();
    Deno.removeSync(this.directory, { recursive: true });
  }
}

Deno.test("two names of one image are stored once", async () => {
  using scene = new Scene();
  const digest = await scene.build("r.example/a:v1");
  const blobs = scene.blobs();
  equal((await scene.images.tag("r.example/a:v1", "r.example/b:v2")).digest, digest);
  equal(await scene.build("s.example/c:v3"), digest);
  deepEqual(scene.blobs().sort(), blobs.sort());
  deepEqual(await scene.names(), ["r.example/a:v1", "r.example/b:v2", "s.example/c:v3"]);
  const { removed, freed } = await scene.images.remove(["r.example/a:v1", "r.example/b:v2"]);
  deepEqual([removed, freed], [["r.example/a:v1", "r.example/b:v2"], 0]);
  deepEqual(scene.blobs().sort(), blobs.sort());
  ok((await scene.images.remove(["s.example/c:v3"])).freed > 0);
  deepEqual(scene.blobs(), []);
});

Deno.test("the store is a layout that others can read", async () => {
  using scene = new Scene();
  await scene.build("r.example/a:v1");
  const object = await scene.images.object(`oci:${scene.directory}/store:r.example/a:v1`)
    .catch((error) => error.message);
  // the colon and slash of a full name are no tag of oci:PATH:TAG; without one it is the only image
  ok(String(object).includes("there is no OCI layout"));
  const only = await scene.images.object(`oci:${scene.directory}/store`);
  equal(only.form, "labels");
});

Deno.test("an image whose name another takes stays until a prune", async () => {
  using scene = new Scene();
  const before = await scene.build("r.example/a:v1");
  const after = await scene.build("r.example/a:v1", "xdp_drop");
  const rows = await scene.images.list();
  deepEqual(
    rows.map(({ tag, digest }) => [tag, digest]).sort(),
    [[null, before], ["v1", after]].sort(),
  );
  equal((await scene.images.prune({ dryRun: true })).removed[0], before);
  equal((await scene.images.list()).length, 2);
  const { removed, freed } = await scene.images.prune();
  deepEqual(removed, [before]);
  ok(freed > 0);
  deepEqual((await scene.images.list()).map(({ digest }) => digest), [after]);
  equal((await scene.images.object("r.example/a:v1", { policy: "Never" })).digest, after);
});

Deno.test("prune() and remove() keep what a loaded program came from", async () => {
  using scene = new Scene();
  const used = await scene.build("r.example/a:v1");
  await scene.build("r.example/b:v1", "xdp_drop");
  scene.uses.push({ user: 7, digests: [used] });
  await rejects(scene.images.remove(["r.example/a:v1"]), {
    code: "image-in-use",
    message: /came from it: 7/,
  });
  // a further name can go, as the image stays
  await scene.images.tag("r.example/a:v1", "r.example/a:v2");
  await scene.images.remove(["r.example/a:v2"]);
  deepEqual(await scene.images.prune({ all: true }).then(({ removed, kept }) => [removed, kept]), [
    ["r.example/b:v1"],
    ["r.example/a:v1"],
  ]);
  // and when its name is taken, too
  await scene.build("r.example/a:v1", "xdp_drop");
  deepEqual((await scene.images.prune()).kept, [used]);
  deepEqual((await scene.images.list()).find(({ digest }) => digest === used)?.usedBy, [7]);
  scene.uses.length = 0;
  deepEqual((await scene.images.prune()).removed, [used]);
});

Deno.test("prune() and remove() keep what applications need to come back", async () => {
  using scene = new Scene();
  const needed = await scene.build("r.example/a:v1");
  scene.uses.push({ user: "shop", digests: [needed] }, { user: "shop", digests: [needed] });
  await rejects(scene.images.remove(["r.example/a:v1"]), {
    code: "image-in-use",
    message: /applications need it: shop$/,
  });
  deepEqual((await scene.images.prune({ all: true })).kept, ["r.example/a:v1"]);
  const [row] = await scene.images.list();
  deepEqual([row?.usedBy, row?.neededBy], [[], ["shop"]]);
});

Deno.test("prune() sweeps what a killed writer left", async () => {
  using scene = new Scene();
  await scene.build("r.example/a:v1");
  const folder = `${scene.directory}/store/blobs/sha256`;
  const bytes = new TextEncoder().encode("left behind");
  const name = (await digestOf(bytes)).slice("sha256:".length);
  Deno.writeFileSync(`${folder}/${name}`, bytes);
  Deno.writeFileSync(`${folder}/.half.tmp`, bytes);
  equal((await scene.images.prune()).freed, 2 * bytes.length);
  equal(scene.blobs().some((blob) => blob === name || blob.startsWith(".")), false);
  equal((await scene.images.object("r.example/a:v1", { policy: "Never" })).form, "labels");
});

Deno.test("remove() takes a digest or its beginning for a name", async () => {
  using scene = new Scene();
  const digest = await scene.build("r.example/a:v1");
  await scene.images.remove([digest.slice("sha256:".length, 20)]);
  deepEqual(await scene.images.list(), []);
  await rejects(scene.images.remove(["r.example/a:v1"]), { code: "image-not-stored" });
});

Deno.test("bytes of the store that were changed are noticed before they are used", async () => {
  using scene = new Scene();
  await scene.build("r.example/a:v1");
  for (const name of scene.blobs()) {
    const path = `${scene.directory}/store/blobs/sha256/${name}`;
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1));
    await rejects(scene.images.object("r.example/a:v1", { policy: "Never" }), (error: Error) => {
      ok(["image-digest-mismatch", "image-not-stored"].includes(Reflect.get(error, "code")));
      return true;
    });
    Deno.writeFileSync(path, bytes);
  }
  equal((await scene.images.object("r.example/a:v1", { policy: "Never" })).form, "labels");
});

Deno.test("add() leaves nothing when the store cannot be written", async () => {
  using scene = new Scene();
  const store = new ImageStore(`${scene.directory}/store`);
  const bytes = new TextEncoder().encode("blob");
  const descriptor = { mediaType: "a/b", digest: await digestOf(bytes), size: bytes.length };
  // a folder where the index belongs
  Deno.mkdirSync(`${scene.directory}/store/index.json/x`, { recursive: true });
  const addition = { content: [{ descriptor, bytes }], names: [], referrers: [] };
  await rejects(store.add(addition, new Date(0)), { code: "image-layout" });
  deepEqual(scene.blobs(), []);
});

Deno.test("many writers at once lose nothing", async () => {
  using scene = new Scene();
  const objects = ["xdp_counter", "xdp_drop", "tcx_counter", "many"];
  await Promise.all(objects.map((object) => scene.build(`r.example/${object}:v1`, object)));
  deepEqual(await scene.names(), objects.map((object) => `r.example/${object}:v1`).sort());
});

Deno.test("nothing is made by asking for what was never stored", async () => {
  using scene = new Scene();
  deepEqual(await scene.images.list(), []);
  deepEqual(await scene.images.prune({ all: true }), { removed: [], kept: [], freed: 0 });
  await rejects(scene.images.object("r.example/a:v1", { policy: "Never" }), {
    code: "image-not-stored",
    kind: "not-found",
  });
  deepEqual([...Deno.readDirSync(scene.directory)], []);
});

Deno.test("a name that is nearly right is told", async () => {
  using scene = new Scene();
  await scene.build("r.example/counter:v1");
  await rejects(scene.images.inspect("r.example/countr:v1", { policy: "Never" }), {
    hint: 'Did you mean "r.example/counter:v1"?',
  });
});
