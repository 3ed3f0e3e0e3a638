/**
 * What only refers to a signed image is not covered by its signature.
 *
 * @module
 */
import { match, strictEqual } from "node:assert/strict";
import { descriptorOf, jsonBytes, OCI_INDEX } from "../registry/support/sample_image.ts";
import { admit, mustBeGood, openAttack } from "./attack_scene.ts";

Deno.test("attack: a BTF that refers to a signed image is not signed itself, and so not used", async () => {
  await using scene = await openAttack();
  const { repository, goodDigest, good, court } = scene;
  const bytes = new TextEncoder().encode("BTF");
  const digest = repository.addBlob(bytes);
  const empty = jsonBytes({});
  const mediaType = "application/vnd.bpfman.btf.v1";
  const config = "application/vnd.oci.empty.v1+json";
  repository.addBlob(empty);
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: good.mediaType,
    artifactType: mediaType,
    config: descriptorOf({ mediaType: config, bytes: empty }),
    layers: [{
      mediaType,
      digest,
      size: bytes.length,
      annotations: { "io.ebpf.btf.kernel": "6.0.0-test" },
    }],
    subject: {
      mediaType: good.mediaType,
      digest: goodDigest,
      size: jsonBytes(good.manifest).length,
    },
  });
  const referrer = repository.addManifest({ mediaType: good.mediaType, bytes: manifest });
  const list = jsonBytes({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [{ mediaType: good.mediaType, digest: referrer, size: manifest.length }],
  });
  repository.addManifest({ mediaType: OCI_INDEX, bytes: list }, goodDigest.replace(":", "-"));
  const prepared = await admit(scene, { kernel: "6.0.0-test" });
  await mustBeGood(prepared);
  strictEqual(prepared.load.image?.btf, undefined);
  match(prepared.admission.warnings.join(), /is not signed, and so not used/);
  // the same without a demand: the BTF is found, so that the test sees what it speaks of
  const free = {
    ...court,
    policy: { ...court.policy, policy: { default: { action: "accept" as const } } },
  };
  const open = await admit({ ...scene, court: free }, { kernel: "6.0.0-test" });
  strictEqual(open.load.image?.btf?.length, bytes.length);
});
