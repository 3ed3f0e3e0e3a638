import { deepEqual, equal, match, notEqual, ok, rejects, throws } from "node:assert/strict";
import type { BuildInput, BuildRequest, Images } from "../api.ts";
import { btfBytesOf } from "../../../bytecode-tools/btf/file.ts";
import { openImages } from "../images.ts";
import { buildArguments, projectInputs } from "./project.ts";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url).pathname;

function fixture(name: string, architecture?: string): BuildInput {
  const path = `${FIXTURES}${name}.bpf.o`;
  const platform = architecture === undefined ? {} : { platform: { os: "linux", architecture } };
  return { path, bytes: Deno.readFileSync(path), ...platform };
}

/** Images with a store of their own. */
function scene() {
  const directory = Deno.makeTempDirSync();
  const images = openImages({ directory: `${directory}/store` });
  return {
    directory,
    images,
    [Symbol.dispose](): void {
      images[Symbol.dispose]();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

async function digestOf(images: Images, request: Partial<BuildRequest>): Promise<string> {
  const name = "r.example/x:v1";
  const inputs = [fixture("xdp_counter")];
  return (await images.build({ name, inputs, ...request })).descriptor.digest;
}

Deno.test("build() makes the same image of the same input, wherever it is put", async () => {
  using one = scene();
  using other = scene();
  const first = await digestOf(one.images, {});
  equal(await digestOf(other.images, {}), first);
  equal(await digestOf(other.images, { name: `oci:${other.directory}/layout:v2` }), first);
  const moved = { ...fixture("xdp_counter"), path: "/elsewhere/xdp_counter.bpf.o" };
  equal(await digestOf(other.images, { inputs: [moved] }), first);
  notEqual(await digestOf(one.images, { epoch: 1 }), first);
  notEqual(await digestOf(one.images, { annotations: { a: "b" } }), first);
  const ordered = await digestOf(one.images, { annotations: { a: "b", c: "d" } });
  equal(await digestOf(one.images, { annotations: { c: "d", a: "b" } }), ordered);
});

Deno.test("build() computes the labels from the object", async () => {
  using here = scene();
  const { statement } = await here.images.build({
    name: "x",
    inputs: [fixture("tracepoint_counter")],
  });
  deepEqual([...new Set(Object.values(statement.programs))], ["tracepoint"]);
  const { labels, form } = await here.images.content("x", { policy: "Never" });
  equal(form, "labels");
  deepEqual(JSON.parse(labels["io.ebpf.programs"] ?? ""), statement.programs);
  deepEqual(JSON.parse(labels["io.ebpf.maps"] ?? ""), statement.maps);
});

Deno.test("object() is plain data that can cross to another process", async () => {
  using here = scene();
  await here.images.build({ name: "x", inputs: [fixture("xdp_drop")] });
  const object = await here.images.object("x", { policy: "Never" });
  deepEqual(structuredClone(object), object);
});

Deno.test("build() dates everything by the epoch", async () => {
  using here = scene();
  await here.images.build({ name: "x", inputs: [fixture("xdp_drop")], epoch: 1_700_000_000 });
  const { annotations } = await here.images.inspect("x");
  equal(annotations["org.opencontainers.image.created"], "2023-11-14T22:13:20Z");
  for (const epoch of [-1, 1.5, Number.NaN, 8 ** 11]) {
    await rejects(digestOf(here.images, { epoch }), { code: "usage" }, String(epoch));
  }
});

for (const format of ["labels", "artifact"] as const) {
  Deno.test(`build() makes an index of several platforms, as ${format}`, async () => {
    using here = scene();
    const inputs = [fixture("xdp_counter", "arm64"), fixture("xdp_counter", "amd64")];
    const built = await here.images.build({ name: "x", inputs, format });
    match(built.descriptor.mediaType, /index/);
    const { manifests } = await here.images.inspect("x");
    deepEqual(manifests.map(({ platform }) => platform?.architecture), ["amd64", "arm64"]);
    for (const architecture of ["amd64", "arm64"]) {
      const platform = { os: "linux", architecture };
      const object = await here.images.object("x", { policy: "Never", platform });
      deepEqual(object.bytes, inputs[0]?.bytes);
    }
    const platform = { os: "linux", architecture: "riscv64" };
    await rejects(here.images.content("x", { platform, policy: "Never" }), {
      code: "image-not-stored",
    });
  });
}

Deno.test("build() refuses an object of the other byte order", async () => {
  using here = scene();
  await rejects(
    here.images.build({ name: "x", inputs: [fixture("xdp_counter", "s390x")] }),
    /linux\/s390x: expected ELFDATA2MSB, it is little-endian/,
  );
  deepEqual(await here.images.list(), []);
});

Deno.test("build() refuses what the strict gate refuses, and writes nothing", async () => {
  using here = scene();
  const { bytes, path } = fixture("xdp_counter");
  for (const bad of [new Uint8Array(), new Uint8Array(100), bytes.slice(0, -100)]) {
    await rejects(here.images.build({ name: "x", inputs: [{ path, bytes: bad }] }), {
      code: "image-object-invalid",
    });
  }
  throws(() => Deno.statSync(`${here.directory}/store`), Deno.errors.NotFound);
});

Deno.test("build() refuses platforms that are mixed or given twice", async () => {
  using here = scene();
  const mixed = [fixture("xdp_counter"), fixture("xdp_counter", "arm64")];
  await rejects(here.images.build({ name: "x", inputs: mixed }), /a platform for each/);
  const twice = [fixture("xdp_counter", "arm64"), fixture("xdp_drop", "arm64")];
  await rejects(here.images.build({ name: "x", inputs: twice }), /"linux\/arm64" is given twice/);
  await rejects(here.images.build({ name: "x", inputs: [] }), /No object is given/);
});

Deno.test("build() warns when the objects of the platforms differ", async () => {
  using here = scene();
  const inputs = [fixture("xdp_counter", "amd64"), fixture("xdp_drop", "arm64")];
  const { warnings } = await here.images.build({ name: "x", inputs });
  ok(warnings.some((warning) => /differ in programs/.test(warning)), warnings.join("; "));
});

for (const format of ["labels", "artifact"] as const) {
  Deno.test(`build() adds minimal BTF that object() finds by the kernel, as ${format}`, async () => {
    using here = scene();
    // to CO-RE, the types of the object itself are a kernel's as good as any
    const btf = new Uint8Array(btfBytesOf(fixture("core_fields").bytes));
    const kernels = [{ release: "5.4.0-1", btf }, {
      release: "4.18.0-2",
      btf,
      architecture: "arm64",
    }];
    const inputs = [fixture("core_fields")];
    const { btfs } = await here.images.build({ name: "x", inputs, kernels, format });
    deepEqual(btfs.map(({ kernel }) => kernel), ["5.4.0-1"]);
    ok((btfs[0]?.size ?? 0) > 24 && (btfs[0]?.size ?? 0) < btf.length);
    const found = await here.images.object("x", { policy: "Never", kernel: "5.4.0-1" });
    equal(found.btf?.length, btfs[0]?.size);
    const other = await here.images.object("x", { policy: "Never", kernel: "4.18.0-2" });
    equal(other.btf, undefined);
    // it goes where the image goes
    const path = `${here.directory}/saved.tar`;
    await here.images.save(["x"], path);
    const moved = await here.images.object(`oci-archive:${path}`, { kernel: "5.4.0-1" });
    deepEqual(moved.btf, found.btf);
  });
}

Deno.test("build() refuses a name that it cannot give", async () => {
  using here = scene();
  const digest = `sha256:${"a".repeat(64)}`;
  await rejects(digestOf(here.images, { name: `x@${digest}` }), /its digest comes from/);
  await rejects(digestOf(here.images, { name: "UPPER" }), /not a repository/);
  Deno.writeTextFileSync(`${here.directory}/file`, "something else");
  await rejects(digestOf(here.images, { name: `oci-archive:${here.directory}/file:v1` }));
  equal(Deno.readTextFileSync(`${here.directory}/file`), "something else");
  await rejects(digestOf(here.images, { name: `oci:${here.directory}:v1` }), /something else/);
});

/** A folder with copies of an object under these names. */
function project(names: readonly string[]) {
  const directory = Deno.makeTempDirSync();
  for (const name of names) {
    Deno.writeFileSync(`${directory}/${name}`, fixture("xdp_counter").bytes);
  }
  return { directory, [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
}

function platformsIn(names: readonly string[]): string[] {
  using here = project(names);
  return projectInputs(here.directory).map(({ platform, path }) =>
    `${platform?.architecture} ${path.slice(here.directory.length + 1)}`
  );
}

Deno.test("projectInputs() knows bpf2go's names", () => {
  deepEqual(platformsIn(["bpf_x86_bpfel.o", "bpf_arm64_bpfel.o", "bpf_powerpc_bpfel.o", "a.go"]), [
    "amd64 bpf_x86_bpfel.o",
    "arm64 bpf_arm64_bpfel.o",
    "ppc64le bpf_powerpc_bpfel.o",
  ]);
  deepEqual(platformsIn(["bpf_s390_bpfeb.o", "bpf_powerpc_bpfeb.o"]), [
    "ppc64 bpf_powerpc_bpfeb.o",
    "s390x bpf_s390_bpfeb.o",
  ]);
  const generic = platformsIn(["bpf_bpfel.o", "bpf_arm64_bpfel.o"]);
  ok(generic.includes("amd64 bpf_bpfel.o"));
  ok(generic.includes("arm64 bpf_arm64_bpfel.o"));
  equal(generic.some((line) => line.startsWith("s390x")), false);
});

Deno.test("projectInputs() refuses what it cannot place", () => {
  throws(() => platformsIn(["other.o"]), /unrecognised cilium\/ebpf bytecode file/);
  throws(() => platformsIn(["a_x86_bpfel.o", "b_x86_bpfel.o"]), /Cannot choose an object/);
  throws(() => platformsIn([]), /it has no objects/);
  throws(() => projectInputs("/nowhere/at/all"), /it does not exist/);
});

Deno.test("buildArguments() names what a container engine is told", () => {
  const single = buildArguments([fixture("xdp_counter")]);
  deepEqual(single.platforms, []);
  deepEqual(Object.keys(single.buildArgs), ["BYTECODE_FILE"]);
  const several = buildArguments([fixture("xdp_counter", "amd64"), fixture("xdp_drop", "riscv64")]);
  deepEqual(several.platforms, ["linux/amd64", "linux/riscv64"]);
  deepEqual(Object.keys(several.buildArgs), ["BC_AMD64_EL", "BC_RISCV64_EL"]);
  deepEqual(several.statement, single.statement);
});
