/**
 * Other clients read what is written here, and what they write is read here.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { mustRun } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Client } from "./support/client.ts";
import { DebianRegistry } from "./support/debian_registry.ts";
import { gzip, tarOf } from "./support/hand_made_tar.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const OBJECT = Deno.readFileSync(fixture("xdp_counter"));
const AMD64 = { os: "linux", architecture: "amd64" };
const LABELS = {
  "io.ebpf.programs": '{"xdp_count":"xdp"}',
  "io.ebpf.maps": '{"xdp_stats":"per_cpu_array","xdp_globals":"array"}',
};

function input(architecture: string) {
  return {
    path: "xdp_counter.bpf.o",
    bytes: OBJECT,
    platform: { os: "linux", architecture },
  };
}

/** What `skopeo inspect` says of an image, as far as it is looked at. */
interface SkopeoImage {
  readonly Digest: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Architecture: string;
  readonly Os: string;
  readonly Layers: readonly string[];
}

kernelTest("skopeo inspects and copies what was pushed", [
  "command:docker-registry",
  "command:skopeo",
], async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path });
  using client = Client.open();
  const name = `${registry.host}/net/counter:v1`;
  const { descriptor } = await client.images.build({ name, inputs: [input("amd64")] });
  await client.images.push(name);
  const overrides = ["--override-os", "linux", "--override-arch", "amd64"];
  const image: SkopeoImage = JSON.parse(
    await mustRun("skopeo", [...overrides, "inspect", "--tls-verify=false", `docker://${name}`]),
  );
  deepEqual([image.Os, image.Architecture, image.Layers.length], ["linux", "amd64", 1]);
  deepEqual(
    JSON.parse(image.Labels["io.ebpf.programs"] ?? ""),
    JSON.parse(LABELS["io.ebpf.programs"]),
  );
  deepEqual(JSON.parse(image.Labels["io.ebpf.maps"] ?? ""), JSON.parse(LABELS["io.ebpf.maps"]));
  equal(image.Digest, descriptor.digest);
  // all platforms, byte for byte, into a layout that is read here again
  const layout = `${folder.path}/layout`;
  await mustRun("skopeo", [
    ...["copy", "--all", "--src-tls-verify=false", `docker://${name}`, `oci:${layout}:v1`],
  ]);
  const object = await client.images.object(`oci:${layout}:v1`, { platform: AMD64 });
  equal(object.digest, descriptor.digest);
  deepEqual(object.bytes, OBJECT);
});

kernelTest("skopeo carries an index to another place with its digest", [
  "command:docker-registry",
  "command:skopeo",
], async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path });
  using client = Client.open();
  const from = `oci:${folder.path}/built:v1`;
  const inputs = [input("amd64"), input("arm64")];
  const { descriptor } = await client.images.build({ name: from, inputs });
  const name = `${registry.host}/net/counter:v1`;
  await mustRun("skopeo", ["copy", "--all", "--dest-tls-verify=false", from, `docker://${name}`]);
  const pulled = await client.images.pull(name, { platform: AMD64 });
  equal(pulled.descriptor.digest, descriptor.digest);
});

kernelTest(
  "umoci lists and unpacks a layout that was built",
  ["command:umoci", "root"],
  async () => {
    using folder = new TemporaryFolder();
    using client = Client.open();
    const layout = `${folder.path}/layout`;
    await client.images.build({
      name: `oci:${layout}:v1`,
      inputs: [{ path: "xdp_counter.bpf.o", bytes: OBJECT }],
    });
    deepEqual((await mustRun("umoci", ["ls", "--layout", layout])).trim(), "v1");
    const stat = await mustRun("umoci", ["stat", "--image", `${layout}:v1`, "--json"]);
    equal(JSON.parse(stat).history.length >= 1, true, stat);
    const bundle = `${folder.path}/bundle`;
    await mustRun("umoci", ["raw", "unpack", "--image", `${layout}:v1`, bundle]);
    const files = [...Deno.readDirSync(bundle)].filter(({ isFile, name }) =>
      isFile && /\.o$/.test(name)
    );
    deepEqual(files.map(({ name }) => name), ["xdp_counter.bpf.o"]);
    deepEqual(Deno.readFileSync(`${bundle}/xdp_counter.bpf.o`), OBJECT);
  },
);

kernelTest("an image that umoci made is read", ["command:umoci", "root"], async () => {
  using folder = new TemporaryFolder();
  const layout = `${folder.path}/layout`;
  const image = `${layout}:v1`;
  await mustRun("umoci", ["init", "--layout", layout]);
  await mustRun("umoci", ["new", "--image", image]);
  const layer = `${folder.path}/layer.tar`;
  Deno.writeFileSync(layer, tarOf([{ name: "./xdp_counter.bpf.o", data: OBJECT }]));
  await mustRun("umoci", ["raw", "add-layer", "--image", image, layer]);
  const labels = Object.entries(LABELS).flatMap(([key, value]) => [
    "--config.label",
    `${key}=${value}`,
  ]);
  await mustRun("umoci", ["config", "--image", image, ...labels]);
  using client = Client.open();
  const { bytes, statement, form } = await client.images.object(`oci:${image}`);
  deepEqual(bytes, OBJECT);
  equal(form, "labels");
  deepEqual(statement?.programs, JSON.parse(LABELS["io.ebpf.programs"]));
  deepEqual(statement?.maps, JSON.parse(LABELS["io.ebpf.maps"]));
});

kernelTest(
  "an archive that was saved is a layout in a tar for skopeo",
  ["command:skopeo"],
  async () => {
    using folder = new TemporaryFolder();
    using client = Client.open();
    const name = "registry.example/net/counter:v1";
    const { descriptor } = await client.images.build({
      name,
      inputs: [{ path: "xdp_counter.bpf.o", bytes: OBJECT }],
    });
    const archive = `${folder.path}/images.tar`;
    await client.images.save([name], archive);
    const listed = await mustRun("tar", ["--list", "--file", archive]);
    match(listed, /^(\.\/)?oci-layout$/m);
    match(listed, /^(\.\/)?index\.json$/m);
    const copy = `${folder.path}/copy`;
    Deno.mkdirSync(copy);
    await mustRun("tar", ["--extract", "--file", archive, "--directory", copy]);
    const raw = await mustRun("skopeo", ["inspect", "--raw", `oci:${copy}`]);
    ok(JSON.parse(raw).schemaVersion === 2, raw);
    using other = Client.open();
    const [loaded] = await other.images.load(archive);
    equal(loaded?.descriptor.digest, descriptor.digest);
    equal(loaded?.name, name);
  },
);

Deno.test("gzip() of the samples is what the runtime unpacks", async () => {
  const packed = await gzip(OBJECT);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  deepEqual(new Uint8Array(await new Response(stream).arrayBuffer()), OBJECT);
});
