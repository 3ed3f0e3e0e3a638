/**
 * A pull that is killed leaves a store in which nothing is half there.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { fixture, startCli } from "../support/cli.ts";
import { mustBecome } from "../support/must.ts";
import { blobsOf } from "./support/client.ts";
import { ImageCli } from "./support/image_cli.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import { makeSample, storeSample } from "./support/sample_image.ts";

Deno.test("a pull that is killed in the middle leaves no image, and the next one works", async () => {
  await using registry = OwnRegistry.start();
  await using tool = await ImageCli.make();
  const sample = await makeSample({
    object: Deno.readFileSync(fixture("xdp_pass")),
    programs: { xdp_pass: "xdp" },
  });
  const digest = storeSample(registry.repository("net/pass"), sample, "v1");
  const held = Promise.withResolvers<void>();
  let isAsked = false;
  registry.fault = ({ url, answer }) => {
    if (!url.pathname.includes("/blobs/")) return undefined;
    isAsked = true;
    return held.promise.then(answer);
  };
  const name = `${registry.host}/net/pass:v1`;
  const child = startCli(tool.cli, ["image", "pull", name, "--data-dir", tool.data]);
  try {
    await mustBecome("the pull's question for a blob", () => isAsked);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    held.resolve();
  }
  deepEqual(blobsOf(`${tool.data}/images`), []);
  deepEqual(await tool.json(["images"]), { images: [] });
  registry.fault = undefined;
  equal(await tool.must(["image", "pull", name]), `pulled: ${name}@${digest}\n`);
});

Deno.test("two pulls of one image at the same time both work, and it is stored once", async () => {
  await using registry = OwnRegistry.start();
  await using tool = await ImageCli.make();
  const sample = await makeSample({
    object: Deno.readFileSync(fixture("xdp_pass")),
    programs: { xdp_pass: "xdp" },
  });
  storeSample(registry.repository("net/pass"), sample, "v1");
  const names = ["v1", "v1"].map((tag) => `${registry.host}/net/pass:${tag}`);
  const results = await Promise.all(names.map((name) => tool.must(["image", "pull", name])));
  for (const text of results) match(text, /^(pulled|unchanged): /);
  equal(blobsOf(`${tool.data}/images`).length, 3);
  const { images } = await tool.json<{ images: unknown[] }>(["images"]);
  equal(images.length, 1);
});
