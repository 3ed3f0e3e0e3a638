/**
 * Builds that say something of their image.
 *
 * @module
 */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import type { BuildAttestations, BuildRequest } from "../../core/image/mod.ts";
import { Client } from "../registry/support/client.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { fixture } from "../support/cli.ts";
import { openLayout } from "./layout_source.ts";

export const PROVENANCE = "https://slsa.dev/provenance/v1";
export const SPDX = "https://spdx.dev/Document";
export const NAME = "registry.example.com/net/pass:v1";
export const OBJECT = Deno.readFileSync(fixture("xdp_pass"));
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

function newKey() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const half = createPublicKey(privateKey).export({ format: "pem", type: "spki" });
  const text = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  return { text, rule: { keys: [String(half)] } };
}

export const KEY = newKey();
export const OTHER = newKey();
export const ALL: BuildAttestations = {
  provenance: true,
  sbom: true,
  builder: { id: "https://builder.example.com", version: "0.1.0" },
};

/** A build for two platforms, with what is to be said of it. */
export function request(
  attestations: BuildAttestations,
  more: Partial<BuildRequest> = {},
): BuildRequest {
  return {
    name: NAME,
    inputs: ["amd64", "arm64"].map((architecture) => ({
      path: "/home/someone/xdp_pass.bpf.o",
      bytes: OBJECT,
      platform: { os: "linux", architecture },
    })),
    annotations: {
      "org.opencontainers.image.source": "git+https://example.com/x",
      "org.opencontainers.image.revision": COMMIT,
      "org.opencontainers.image.licenses": "GPL-2.0-only",
    },
    kernels: [],
    epoch: 1_700_000_000,
    attestations,
    ...more,
  };
}

/** A layout with an image that was built so. */
export async function layoutWith(attestations: BuildAttestations) {
  const folder = new TemporaryFolder();
  using client = Client.open();
  const name = `oci:${folder.path}/oci:v1`;
  const { descriptor } = await client.images.build(request(attestations, { name }));
  const url = new URL(`file://${folder.path}/oci/`);
  const source = openLayout(url);
  const listed: { digest: string; mediaType: string; size: number }[] = JSON.parse(
    Deno.readTextFileSync(new URL("index.json", url)),
  ).manifests;
  const referrers = listed.filter(({ digest }) => digest !== descriptor.digest);
  return {
    source: { ...source, referrers: () => Promise.resolve(referrers) },
    subject: descriptor,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
