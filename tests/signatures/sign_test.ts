/**
 * Images that are signed here: the form is that of real cosign 3.1, byte for byte, and the signature
 * goes where the image goes.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { SignatureRule } from "../../core/signature/types.ts";
import { Client } from "../registry/support/client.ts";
import { OwnRegistry } from "../registry/support/own_registry.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { fixture } from "../support/cli.ts";
import { FIXTURES, IMAGE } from "./cli_process.ts";
import { copyFixture } from "./copy_fixture.ts";

interface Pair {
  readonly text: string;
  readonly rule: SignatureRule;
}

function pairOf(privateKey: KeyObject): Pair {
  const half = createPublicKey(privateKey).export({ format: "pem", type: "spki" });
  const text = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  return { text, rule: { keys: [String(half)] } };
}

const KEY = pairOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
const OTHER = pairOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
const KINDS: Readonly<Record<string, Pair>> = {
  "P-256": KEY,
  "P-384": pairOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey),
  "P-521": pairOf(generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey),
  Ed25519: pairOf(generateKeyPairSync("ed25519").privateKey),
  RSA: pairOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
};
const CREATED = new Date("2026-11-22T04:00:22.5Z");

async function verdictOf({ images }: Client, name: string, rule: SignatureRule) {
  return (await images.verify(name, { rule, policy: "Always" })).verdict;
}

function blob(folder: string | URL, digest: string): string {
  const path = `blobs/${digest.replace(":", "/")}`;
  return Deno.readTextFileSync(folder instanceof URL ? new URL(path, folder) : `${folder}/${path}`);
}

/** Manifest and bundle of the signature that a folder holds, as texts. */
function signatureTexts(folder: string | URL, where: string) {
  const manifest = blob(folder, where);
  return { manifest, bundle: blob(folder, JSON.parse(manifest).layers[0].digest) };
}

const REAL = "sha256:2276c402aa56d996ba0717533e0a3b7afcca6c8b862f924fb5aef244ec3d528f";

Deno.test("image sign writes manifest and bundle as cosign 3.1 does, byte for byte", async () => {
  using folder = new TemporaryFolder();
  using client = Client.open();
  copyFixture("signed/unsigned", folder.path);
  const image = `oci:${folder.path}:v1`;
  const { where } = await client.images.sign(image, { key: KEY, created: CREATED });
  const real = signatureTexts(new URL("signed/key-v3/", FIXTURES), REAL);
  const own = signatureTexts(folder.path, where);
  const [realBundle, ownBundle] = [JSON.parse(real.bundle), JSON.parse(own.bundle)];
  // only the key and what it signs by chance differ
  const { hint } = ownBundle.verificationMaterial.publicKey;
  const { sig } = ownBundle.dsseEnvelope.signatures[0];
  strictEqual(
    own.bundle,
    real.bundle.replace(realBundle.verificationMaterial.publicKey.hint, hint)
      .replace(realBundle.dsseEnvelope.signatures[0].sig, sig),
  );
  const [realLayer] = JSON.parse(real.manifest).layers;
  const [ownLayer] = JSON.parse(own.manifest).layers;
  strictEqual(
    own.manifest,
    real.manifest.replace(`"size":${realLayer.size}`, `"size":${ownLayer.size}`)
      .replace(realLayer.digest, ownLayer.digest),
  );
});

for (const [kind, { text, rule }] of Object.entries(KINDS)) {
  Deno.test(`image verify accepts what image sign signed by ${kind}, and no other key`, async () => {
    using folder = new TemporaryFolder();
    using client = Client.open();
    copyFixture("signed/unsigned", folder.path);
    const image = `oci:${folder.path}:v1`;
    strictEqual((await verdictOf(client, image, rule)).kind, "unsigned");
    const signed = await client.images.sign(image, { key: { text } });
    deepStrictEqual([signed.descriptor.digest, signed.isNew], [IMAGE, true]);
    const verdict = await verdictOf(client, image, rule);
    ok(verdict.kind === "signed", JSON.stringify(verdict));
    deepStrictEqual(verdict.signer, { kind: "key", fingerprint: signed.fingerprint });
    strictEqual(verdict.where, signed.where);
    strictEqual((await verdictOf(client, image, OTHER.rule)).kind, "refused");
  });
}

Deno.test("image sign leaves an image alone that the key signed, and adds a second key", async () => {
  using folder = new TemporaryFolder();
  using client = Client.open();
  copyFixture("signed/unsigned", folder.path);
  const image = `oci:${folder.path}:v1`;
  const first = await client.images.sign(image, { key: KEY });
  const index = Deno.readTextFileSync(`${folder.path}/index.json`);
  const again = await client.images.sign(image, { key: KEY });
  deepStrictEqual([again.isNew, again.where], [false, first.where]);
  strictEqual(Deno.readTextFileSync(`${folder.path}/index.json`), index);
  strictEqual((await client.images.sign(image, { key: OTHER })).isNew, true);
  for (const { rule } of [KEY, OTHER]) {
    strictEqual((await verdictOf(client, image, rule)).kind, "signed");
  }
});

Deno.test("image sign adds to what cosign signed, in a layout with a list of referrers", async () => {
  using folder = new TemporaryFolder();
  using client = Client.open();
  copyFixture("signed/key-v3", folder.path);
  const image = `oci:${folder.path}:v1`;
  await client.images.sign(image, { key: KEY });
  const k3 = { keys: [Deno.readTextFileSync(new URL("keys/k3.pub", FIXTURES))] };
  for (const rule of [KEY.rule, k3]) {
    strictEqual((await verdictOf(client, image, rule)).kind, "signed");
  }
});

async function build(client: Client, name: string) {
  const bytes = Deno.readFileSync(fixture("xdp_pass"));
  const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));
  const inputs = platforms.map((platform) => ({ path: "xdp_pass.bpf.o", bytes, platform }));
  return await client.images.build({ name, inputs });
}

for (const hasReferrers of [true, false]) {
  const how = hasReferrers ? "with" : "without";
  Deno.test(`a signature is pushed, copied and pulled, ${how} a referrers API`, async () => {
    await using registry = OwnRegistry.start({ hasReferrers });
    await using target = OwnRegistry.start({ hasReferrers: !hasReferrers });
    using client = Client.open();
    const name = `${registry.host}/net/pass:v1`;
    const { descriptor } = await build(client, name);
    const signed = await client.images.sign(name, { key: KEY });
    deepStrictEqual([signed.isLocal, signed.descriptor.digest], [true, descriptor.digest]);
    strictEqual(registry.requests.length, 0, "a registry was asked");
    strictEqual((await client.images.push(name)).referrers, 1);
    const elsewhere = `${target.host}/net/pass:v1`;
    strictEqual((await client.images.copy(name, elsewhere)).referrers, 1);
    for (const place of [name, elsewhere]) {
      using user = Client.open();
      const verdict = await verdictOf(user, place, KEY.rule);
      ok(verdict.kind === "signed", JSON.stringify(verdict));
      await user.images.pull(place);
      const offline = await user.images.verify(place, { rule: KEY.rule, policy: "Never" });
      deepStrictEqual([offline.verdict.kind, offline.isLocal], ["signed", true]);
    }
  });

  Deno.test(`image sign signs in a registry ${how} a referrers API`, async () => {
    await using registry = OwnRegistry.start({ hasReferrers });
    const name = `${registry.host}/net/pass:v1`;
    using builder = Client.open();
    const { descriptor } = await build(builder, name);
    await builder.images.push(name);
    using signer = Client.open();
    const signed = await signer.images.sign(name, { key: KEY });
    strictEqual(signed.isLocal, false);
    await signer.images.sign(name, { key: OTHER });
    deepStrictEqual(await signer.images.list(), [], "something was stored");
    for (const { rule } of [KEY, OTHER]) {
      strictEqual((await verdictOf(builder, name, rule)).kind, "signed");
    }
    // the store of the builder has the image and no signature
    const stored = await builder.images.verify(name, { rule: KEY.rule });
    strictEqual(stored.verdict.kind, "unsigned");
    const list = registry.repository("net/pass").tags.get(descriptor.digest.replace(":", "-"));
    strictEqual(list !== undefined, !hasReferrers);
  });
}

Deno.test("image sign says of a registry that takes no signature that it does not", async () => {
  await using registry = OwnRegistry.start();
  const name = `${registry.host}/net/pass:v1`;
  using builder = Client.open();
  await build(builder, name);
  await builder.images.push(name);
  registry.fault = ({ request, url }) =>
    request.method === "PUT" && url.pathname.includes("/manifests/")
      ? new Response(null, { status: 403 })
      : undefined;
  await rejects(builder.images.sign(name, { key: KEY, policy: "Always" }), {
    code: "registry-denied",
  });
  registry.fault = undefined;
  strictEqual((await verdictOf(builder, name, KEY.rule)).kind, "unsigned");
});

Deno.test("image sign writes nothing for a key that is none, or an image that is not there", async () => {
  using folder = new TemporaryFolder();
  using client = Client.open();
  copyFixture("signed/unsigned", folder.path);
  const index = Deno.readTextFileSync(`${folder.path}/index.json`);
  const image = `oci:${folder.path}:v1`;
  await rejects(client.images.sign(image, { key: { text: "no key" } }), {
    code: "signing-key-invalid",
  });
  await rejects(client.images.sign(`${image}x`, { key: KEY }), { code: "image-not-found" });
  strictEqual(Deno.readTextFileSync(`${folder.path}/index.json`), index);
  match(index, /"v1"/);
});
