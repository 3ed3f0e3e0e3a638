/**
 * What a build says of its image: statements whose content is the same for the same input, and that a
 * policy can demand by kind and signer.
 *
 * @module
 */
import {
  deepStrictEqual,
  match,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { createHash } from "node:crypto";
import type { BuildRequest } from "../../core/image/mod.ts";
import { Client } from "../registry/support/client.ts";
import { OwnRegistry } from "../registry/support/own_registry.ts";
import { ALL, COMMIT, KEY, NAME, OBJECT, PROVENANCE, request, SPDX } from "./attested_build.ts";

function blob({ store }: Client, digest: string): string {
  return Deno.readTextFileSync(`${store}/blobs/${digest.replace(":", "/")}`);
}

/** The plain statement that a manifest holds. */
function statementOf(client: Client, digest: string) {
  const manifest = JSON.parse(blob(client, digest));
  return { manifest, statement: JSON.parse(blob(client, manifest.layers[0].digest)) };
}

Deno.test("image build attaches plain statements that name the image by its digest", async () => {
  using client = Client.open();
  const built = await client.images.build(request(ALL));
  strictEqual(built.signature, null);
  deepStrictEqual(
    built.attestations.map(({ predicateType, isSigned }) => [predicateType, isSigned]),
    [
      [PROVENANCE, false],
      [SPDX, false],
    ],
  );
  for (const { predicateType, digest } of built.attestations) {
    const { manifest, statement } = statementOf(client, digest);
    strictEqual(manifest.artifactType, "application/vnd.in-toto+json");
    strictEqual(manifest.subject.digest, built.descriptor.digest);
    strictEqual(manifest.layers[0].annotations["in-toto.io/predicate-type"], predicateType);
    deepStrictEqual({ ...statement, predicate: null }, {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { sha256: built.descriptor.digest.slice("sha256:".length) } }],
      predicateType,
      predicate: null,
    });
  }
  const { referrers } = await client.images.inspect(NAME);
  strictEqual(referrers.length, 2);
});

Deno.test("provenance names objects, source and commit by their digests, and no path", async () => {
  using client = Client.open();
  const btf = { release: "6.12.0", btf: new Uint8Array([1, 2, 3]), architecture: "s390x" };
  const built = await client.images.build(request(ALL, { kernels: [btf] }));
  const { statement } = statementOf(client, built.attestations[0]?.digest ?? "");
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const { buildDefinition, runDetails } = statement.predicate;
  strictEqual(buildDefinition.buildType, "urn:bpfman:image-build:v1");
  const object = (platform: string) => ({
    name: "xdp_pass.bpf.o",
    digest: { sha256: sha256(OBJECT) },
    annotations: { platform },
  });
  deepStrictEqual(buildDefinition.resolvedDependencies, [
    object("linux/amd64"),
    object("linux/arm64"),
    { name: "btf:6.12.0", digest: { sha256: sha256(btf.btf) } },
    { uri: "git+https://example.com/x", digest: { gitCommit: COMMIT } },
  ]);
  deepStrictEqual(runDetails, {
    builder: { id: "https://builder.example.com", version: { bpfman: "0.1.0" } },
    metadata: { startedOn: "2023-11-14T22:13:20Z", finishedOn: "2023-11-14T22:13:20Z" },
  });
  ok(!JSON.stringify(statement).includes("/home/"), "a path of this machine is in it");
});

Deno.test("the bill of materials is SPDX 2.3: the image, its objects, how they belong", async () => {
  using client = Client.open();
  const built = await client.images.build(request({ sbom: true }));
  const { predicate } = statementOf(client, built.attestations[0]?.digest ?? "").statement;
  strictEqual(predicate.spdxVersion, "SPDX-2.3");
  strictEqual(predicate.creationInfo.created, "2023-11-14T22:13:20Z");
  match(predicate.documentNamespace, new RegExp(`${built.descriptor.digest}$`));
  const [image] = predicate.packages;
  strictEqual(image.licenseDeclared, "GPL-2.0-only");
  strictEqual(image.checksums[0].checksumValue, built.descriptor.digest.slice("sha256:".length));
  const sha1 = (data: string | Uint8Array) => createHash("sha1").update(data).digest("hex");
  const code = sha1(`${sha1(OBJECT)}${sha1(OBJECT)}`);
  strictEqual(image.packageVerificationCode.packageVerificationCodeValue, code);
  deepStrictEqual(predicate.files.map(({ fileName }: { fileName: string }) => fileName), [
    "./linux/amd64/xdp_pass.bpf.o",
    "./linux/arm64/xdp_pass.bpf.o",
  ]);
  match(predicate.files[0].comment, /^Programs: xdp_pass \(xdp\)\. Maps: /);
  match(predicate.files[0].licenseComments, /"(Dual [A-Z/]+|GPL)"/);
  const related = predicate.relationships.map((one: Record<string, string>) =>
    `${one["spdxElementId"]} ${one["relationshipType"]} ${one["relatedSpdxElement"]}`
  );
  deepStrictEqual(related, [
    "SPDXRef-DOCUMENT DESCRIBES SPDXRef-Image",
    "SPDXRef-Image CONTAINS SPDXRef-Object-1",
    "SPDXRef-Image CONTAINS SPDXRef-Object-2",
  ]);
  const ids = [image, ...predicate.files].map(({ SPDXID }) => SPDXID);
  strictEqual(new Set(ids).size, 3);
});

Deno.test("the same build says the same, signed or not, and another date says another", async () => {
  const digests = async (more: Partial<BuildRequest>) => {
    using client = Client.open();
    const { attestations, signature } = await client.images.build(
      request({ ...ALL, ...KEY0 }, more),
    );
    return [...attestations.map(({ digest }) => digest), signature];
  };
  // Ed25519 signs the same bytes in the same way
  const KEY0 = { key: { text: KEY.text } };
  deepStrictEqual(await digests({}), await digests({}));
  const elsewhere = { name: "registry.example.com/other/name:v2" };
  deepStrictEqual(await digests(elsewhere), await digests({}));
  const [first] = await digests({});
  notStrictEqual((await digests({ epoch: 1_700_000_001 }))[0], first);
});

for (const hasReferrers of [true, false]) {
  const how = hasReferrers ? "with" : "without";
  Deno.test(`attestations go where the image goes, ${how} a referrers API`, async () => {
    await using registry = OwnRegistry.start({ hasReferrers });
    using builder = Client.open();
    const name = `${registry.host}/net/pass:v1`;
    const key = { text: KEY.text };
    const built = await builder.images.build(request({ ...ALL, key }, { name }));
    notStrictEqual(built.signature, null);
    strictEqual((await builder.images.push(name)).referrers, 3);
    using user = Client.open();
    const attestation = PROVENANCE;
    for (const policy of ["Always", "Never"] as const) {
      if (policy === "Never") await user.images.pull(name, { allPlatforms: true });
      const options = { rule: KEY.rule, policy };
      strictEqual((await user.images.verify(name, options)).verdict.kind, "signed");
      const { verdict } = await user.images.verify(name, { ...options, attestation });
      ok(verdict.kind === "signed", JSON.stringify(verdict));
    }
  });
}

Deno.test("image build stores nothing when the key cannot sign", async () => {
  using client = Client.open();
  await rejects(client.images.build(request({ ...ALL, key: { text: "no key" } })), {
    code: "signing-key-invalid",
  });
  deepStrictEqual(await client.images.list(), []);
});
