/**
 * What belongs to an image goes where the image goes: BTFs and signatures, over the referrers API
 * and over the tags that stand in for it.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { blobsOf, Client } from "./support/client.ts";
import { DebianRegistry } from "./support/debian_registry.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import { descriptorOf, jsonBytes, OCI_MANIFEST } from "./support/sample_image.ts";
import { digestOf } from "./support/stored_repository.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const OBJECT = Deno.readFileSync(fixture("core_fields"));
const RELEASE = "5.4.0-42-generic";
const KERNEL_BTF = "/sys/kernel/btf/vmlinux";
const HOST = { os: "linux", architecture: Deno.build.arch === "x86_64" ? "amd64" : "arm64" };
const SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json";

async function build(client: Client, name: string) {
  return await client.images.build({
    name,
    inputs: [{ path: "core_fields.bpf.o", bytes: OBJECT, platform: HOST }],
    kernels: [{ release: RELEASE, btf: Deno.readFileSync(KERNEL_BTF) }],
  });
}

/** A signature as cosign 3 attaches it: a manifest whose subject is the image. */
function signatureOf(digest: string, size: number, mediaType: string) {
  const bundle = jsonBytes({ mediaType: SIGNATURE });
  const config = jsonBytes({});
  return {
    blobs: [bundle, config],
    manifest: jsonBytes({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: SIGNATURE,
      config: descriptorOf({ mediaType: "application/vnd.oci.empty.v1+json", bytes: config }),
      layers: [descriptorOf({ mediaType: SIGNATURE, bytes: bundle })],
      subject: { mediaType, digest, size },
    }),
  };
}

kernelTest("an image brings a minimal BTF for the kernel that it was built for", [
  "file:/sys/kernel/btf/vmlinux",
], async () => {
  await using registry = OwnRegistry.start();
  using client = Client.open();
  const name = `${registry.host}/net/core:v1`;
  const { btfs } = await build(client, name);
  equal(btfs.length, 1);
  equal(btfs[0]?.kernel, RELEASE);
  const size = btfs[0]?.size ?? 0;
  ok(size > 0 && size < Deno.readFileSync(KERNEL_BTF).length / 100, `${size} bytes`);
  await client.images.push(name);
  using user = Client.open();
  const found = await user.images.object(name, { kernel: RELEASE });
  equal(found.btf?.length, btfs[0]?.size);
  equal((await user.images.object(name, { kernel: "6.1.0" })).btf, undefined);
});

for (const hasReferrers of [true, false]) {
  const how = hasReferrers ? "the referrers API" : "tags";
  kernelTest(`BTFs and signatures are pulled and pushed on over ${how}`, [
    "file:/sys/kernel/btf/vmlinux",
  ], async () => {
    await using registry = OwnRegistry.start({ hasReferrers });
    await using target = OwnRegistry.start({ hasReferrers: !hasReferrers });
    using client = Client.open();
    const name = `${registry.host}/net/core:v1`;
    const { descriptor } = await build(client, name);
    await client.images.push(name);
    // somebody else signs it in the registry
    const { digest, size, mediaType } = descriptor;
    const { blobs, manifest } = signatureOf(digest, size, mediaType);
    const repository = registry.repository("net/core");
    for (const blob of blobs) repository.addBlob(blob);
    const signature = repository.addManifest({ mediaType: OCI_MANIFEST, bytes: manifest });
    if (!hasReferrers) addToFallback(registry, digest, signature, manifest);
    using user = Client.open();
    await user.images.pull(name, { allPlatforms: true });
    ok(blobsOf(user.store).includes(signature), "the signature was not pulled");
    const elsewhere = `${target.host}/net/core:v1`;
    const { referrers } = await user.images.push(name, elsewhere);
    ok(referrers >= 1, `${referrers} went along`);
    const there = await user.images.inspect(elsewhere, { policy: "Always" });
    ok(there.referrers.some((one) => one.descriptor.digest === signature), "it is not there");
    // straight from registry to registry, and left behind when asked to
    await client.images.copy(name, `${target.host}/net/copied:v1`);
    ok(target.repository("net/copied").manifests.has(signature));
    await client.images.copy(name, `${target.host}/net/bare:v1`, { withReferrers: false });
    equal(target.repository("net/bare").manifests.has(signature), false);
  });
}

/** Lists a referrer under the tag that stands in for the API, beside those that are there. */
function addToFallback(
  registry: OwnRegistry,
  subject: string,
  digest: string,
  manifest: Uint8Array<ArrayBuffer>,
): void {
  const repository = registry.repository("net/core");
  const tag = subject.replace(":", "-");
  const known = repository.find(tag);
  const index = known === undefined ? undefined : JSON.parse(new TextDecoder().decode(known.bytes));
  const entry = { mediaType: OCI_MANIFEST, digest, size: manifest.length };
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const manifests = [...index?.manifests ?? [], entry];
  const bytes = jsonBytes({ schemaVersion: 2, mediaType, manifests });
  repository.addManifest({ mediaType, bytes }, tag);
}

kernelTest(
  "what belongs to an image survives docker-registry, an archive and a host without a network",
  [
    "command:docker-registry",
    "file:/sys/kernel/btf/vmlinux",
  ],
  async () => {
    using folder = new TemporaryFolder();
    await using registry = await DebianRegistry.start({ folder: folder.path });
    using builder = Client.open();
    const name = `${registry.host}/net/core:v1`;
    const { descriptor } = await build(builder, name);
    await builder.images.push(name);
    using user = Client.open();
    await user.images.pull(name);
    const archive = `${folder.path}/images.tar`;
    await user.images.save([name], archive);
    using host = Client.open();
    const [loaded] = await host.images.load(archive);
    equal(loaded?.descriptor.digest, descriptor.digest);
    const { btf } = await host.images.object(name, { policy: "Never", kernel: RELEASE });
    notEqual(btf, undefined);
  },
);

Deno.test("two tags of one digest are stored once, and the last name takes it along", async () => {
  using client = Client.open();
  const bytes = Deno.readFileSync(fixture("xdp_pass"));
  const inputs = [{ path: "xdp_pass.bpf.o", bytes }];
  const [first, second] = ["registry.example/net/pass:v1", "registry.example/net/pass:v2"];
  await client.images.build({ name: first ?? "", inputs });
  const blobs = blobsOf(client.store);
  await client.images.build({ name: second ?? "", inputs });
  await client.images.tag(first ?? "", "other.example/x:latest");
  deepEqual(blobsOf(client.store), blobs);
  equal((await client.images.list()).length, 3);
  await client.images.remove([first ?? ""]);
  await client.images.remove(["other.example/x:latest"]);
  deepEqual(blobsOf(client.store), blobs);
  const { freed } = await client.images.remove([second ?? ""]);
  ok(freed > 0);
  deepEqual(blobsOf(client.store), []);
});

Deno.test("a push sends nothing that the registry has", async () => {
  await using registry = OwnRegistry.start();
  using client = Client.open();
  const bytes = Deno.readFileSync(fixture("xdp_pass"));
  const name = `${registry.host}/net/pass:v1`;
  const { descriptor } = await client.images.build({
    name,
    inputs: [{ path: "xdp_pass.bpf.o", bytes }],
  });
  await client.images.push(name);
  equal(registry.repository("net/pass").tags.get("v1"), descriptor.digest);
  equal(registry.count("POST", /\/uploads\//), 2);
  await client.images.push(name);
  equal(registry.count("POST", /\/uploads\//), 2);
  // every blob came before the manifest that names it
  const order = registry.requests.filter(({ method }) => method === "PUT").map(({ path }) => path);
  match(order.at(-1) ?? "", /\/manifests\//);
  equal(
    digestOf(registry.repository("net/pass").find("v1")?.bytes ?? new Uint8Array()),
    descriptor.digest,
  );
});
