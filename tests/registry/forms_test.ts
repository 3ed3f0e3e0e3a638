/**
 * Every form of bytecode image, made by hand and by other builders: read, and loaded into the kernel.
 *
 * @module
 */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { fixture, type LoadedJson } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { Client } from "./support/client.ts";
import { ImageCli } from "./support/image_cli.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import {
  makeSample,
  SAMPLE_FORMS,
  type SampleForm,
  type SampleOptions,
  storeIndex,
  storeSample,
} from "./support/sample_image.ts";

const OBJECT = Deno.readFileSync(fixture("xdp_counter"));
const SAMPLE: SampleOptions = {
  object: OBJECT,
  programs: { xdp_count: "xdp" },
  maps: { xdp_stats: "per_cpu_array" },
};
const HOST = Deno.build.arch === "x86_64" ? "amd64" : "arm64";
const LAYOUTS = new URL("../fixtures/image-layouts/", import.meta.url).pathname;

/** What the tool calls each form. */
const FORM_WORDS: Readonly<Record<SampleForm, string>> = {
  labels: "labels",
  docker: "labels",
  legacy: "legacy-labels",
  gadget: "gadget",
  bumblebee: "bumblebee",
  artifact: "artifact",
};

/** Forms whose image says nothing of its programs. */
const SILENT: readonly SampleForm[] = ["gadget", "bumblebee", "artifact"];

/** Stores a sample as others publish it: gadgets are always an index. */
async function store(registry: OwnRegistry, form: SampleForm): Promise<string> {
  const repository = registry.repository(`net/${form}`);
  const sample = await makeSample({ ...SAMPLE, form, architecture: HOST });
  if (form === "gadget") storeIndex(repository, { [HOST]: sample }, "v1");
  else storeSample(repository, sample, "v1");
  return `${registry.host}/net/${form}:v1`;
}

for (const form of SAMPLE_FORMS) {
  Deno.test(`an image of the form "${form}" is pulled and read`, async () => {
    await using registry = OwnRegistry.start();
    using client = Client.open();
    const name = await store(registry, form);
    const image = await client.images.object(name);
    equal(image.form, FORM_WORDS[form]);
    deepEqual(image.bytes, OBJECT);
    const isSilent = SILENT.includes(form);
    deepEqual(image.statement?.programs ?? null, isSilent ? null : SAMPLE.programs);
    const { manifests } = await client.images.inspect(name);
    equal(manifests[0]?.form, FORM_WORDS[form]);
  });

  kernelTest(`an image of the form "${form}" is loaded`, ["root", "bpffs"], async () => {
    await using registry = OwnRegistry.start();
    await using tool = await ImageCli.make();
    const name = await store(registry, form);
    const words = ["load", "image", name, "--programs", "xdp:xdp_count"];
    const { programs: [program] } = await tool.json<{ programs: LoadedJson[] }>(words);
    equal(program?.status.kernel?.name, "xdp_count");
    const maps = program?.status.maps.map((map) => map.name).filter((name) => !name.includes("."));
    deepEqual(maps?.sort(), ["xdp_globals", "xdp_stats"]);
    await tool.must(["unload", String(program?.record.program_id)]);
  });
}

for (const layout of ["bpfman-oci", "bpfman-docker"]) {
  for (const tag of ["single", "multi"]) {
    Deno.test(`${layout}:${tag}, which another builder made, is read`, async () => {
      using client = Client.open();
      const platform = { os: "linux", architecture: "amd64" };
      const image = await client.images.object(`oci:${LAYOUTS}${layout}:${tag}`, { platform });
      equal(image.form, "labels");
      deepEqual(image.statement, {
        programs: { xdp_stats: "xdp" },
        maps: { xdp_stats_map: "per_cpu_array" },
      });
      match(new TextDecoder("latin1").decode(image.bytes.subarray(0, 4)), /^\x7fELF$/);
    });
  }
}

Deno.test("every platform of an index has its own object", async () => {
  using client = Client.open();
  const name = `oci:${LAYOUTS}bpfman-oci:multi`;
  const read = (architecture: string) =>
    client.images.object(name, { platform: { os: "linux", architecture } });
  // byte 5 of ELF: 1 is little-endian, 2 is big-endian
  for (const [architecture, order] of [["amd64", 1], ["ppc64le", 1], ["s390x", 2]] as const) {
    equal((await read(architecture)).bytes[5], order, architecture);
  }
  await rejects(read("riscv64"), { code: "image-platform-missing" });
});

Deno.test("what is built in the form of an artifact is read, pushed and pulled", async () => {
  await using registry = OwnRegistry.start();
  using client = Client.open();
  using other = Client.open();
  const name = `${registry.host}/net/artifact:v1`;
  const inputs = [{ path: "xdp_counter.bpf.o", bytes: OBJECT }];
  const { descriptor } = await client.images.build({ name, inputs, format: "artifact" });
  await client.images.push(name);
  const image = await other.images.object(name);
  deepEqual([image.form, image.digest], ["artifact", descriptor.digest]);
  deepEqual(image.bytes, OBJECT);
  // the artifact says what it holds, as labels would
  deepEqual(image.statement?.programs, SAMPLE.programs);
});
