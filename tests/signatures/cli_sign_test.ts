/**
 * `image sign` and `sign` as processes, with no more than their permission sets.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { denoPermissionSet } from "../../cli/deno_permissions.ts";
import { PERMISSION_SETS } from "../../cli/permissions.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { fixture } from "../support/cli.ts";
import { ROOT, run } from "./cli_process.ts";
import { copyFixture } from "./copy_fixture.ts";

const PASSWORD = "correct horse";

function flagsOf(name: "image-sign" | "sign"): string[] {
  const places = { runtimeDirectory: "/run/bpfman", sources: ROOT.pathname };
  return Object.entries(denoPermissionSet(PERMISSION_SETS[name], places))
    .map(([kind, value]) => value === true ? `--allow-${kind}` : `--allow-${kind}=${value}`);
}

/** Writes an encrypted key and its public half into a folder. */
function writeKey(folder: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const options = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc" } as const;
  const key = `${folder}/sign.key`;
  const half = `${folder}/sign.pub`;
  Deno.writeTextFileSync(key, String(privateKey.export({ ...options, passphrase: PASSWORD })));
  Deno.writeTextFileSync(half, String(publicKey.export({ format: "pem", type: "spki" })));
  return { key, half };
}

Deno.test("image sign needs no more than its permission set", async () => {
  using folder = new TemporaryFolder();
  const { key, half } = writeKey(folder.path);
  copyFixture("signed/unsigned", `${folder.path}/oci`);
  const image = `oci:${folder.path}/oci:v1`;
  const words = ["image", "sign", image, "--key", key];
  const missing = await run(words, flagsOf("image-sign"), { COSIGN_PASSWORD: "other" });
  strictEqual(missing.code, 1, missing.stdout);
  match(missing.stderr, /the password does not open it\nhint: .*COSIGN_PASSWORD/);
  const env = { COSIGN_PASSWORD: PASSWORD, SOURCE_DATE_EPOCH: "1700000000" };
  const signed = await run([...words, "-o", "json"], flagsOf("image-sign"), env);
  strictEqual(signed.code, 0, signed.stderr);
  const { signature, new: isNew } = JSON.parse(signed.stdout);
  strictEqual(isNew, true);
  const manifest = JSON.parse(
    Deno.readTextFileSync(`${folder.path}/oci/blobs/${signature.replace(":", "/")}`),
  );
  strictEqual(manifest.annotations["org.opencontainers.image.created"], "2023-11-14T22:13:20Z");
  const verified = await run(["image", "verify", image, "--key", half]);
  strictEqual(verified.code, 0, verified.stdout + verified.stderr);
});

Deno.test("sign writes a bundle that verify-bundle takes, and needs no more than its set", async () => {
  using folder = new TemporaryFolder();
  const { key, half } = writeKey(folder.path);
  const file = `${folder.path}/pass.bpf.o`;
  Deno.copyFileSync(fixture("xdp_pass"), file);
  Deno.writeTextFileSync(`${folder.path}/password`, `${PASSWORD}\n`);
  const words = ["sign", file, "--key", key, "--password-file", `${folder.path}/password`];
  const signed = await run(words, flagsOf("sign"), { COSIGN_PASSWORD: "other" });
  strictEqual(signed.code, 0, signed.stderr);
  const bundle = `${file}.sigstore.json`;
  ok(signed.stdout.includes(`bundle: ${bundle}\n`), signed.stdout);
  const check = ["verify-bundle", "--bundle", bundle, "--key", half, file];
  strictEqual((await run(check)).code, 0);
  Deno.writeTextFileSync(file, "other bytes");
  const other = await run(check);
  strictEqual(other.code, 4);
  match(other.stderr, /the digests differ/);
});

Deno.test("building, signing and verifying what is local asks no network", async () => {
  using folder = new TemporaryFolder();
  const { key, half } = writeKey(folder.path);
  const offline = (...words: string[]) =>
    run(words, ["-A", "--deny-net"], { COSIGN_PASSWORD: PASSWORD, BPFMAN_DATA_DIR: folder.path });
  const object = fixture("xdp_pass");
  const stored = "registry.example.com/net/pass:v1";
  for (const image of [stored, `oci:${folder.path}/oci:v1`]) {
    const said = ["--provenance", "--sbom", "--sign-key", key];
    const built = await offline("image", "build", image, object, ...said);
    strictEqual(built.code, 0, built.stderr);
    match(built.stdout, /signature: sha256:[^]*signed statement: https:\/\/slsa\.dev/);
    const signed = await offline("image", "sign", image, "--key", key);
    match(signed.stdout, /^unchanged: /, signed.stderr);
    const provenance = ["--attestation", "https://slsa.dev/provenance/v1"];
    for (const demand of [[], provenance]) {
      const verified = await offline("image", "verify", image, "--key", half, ...demand);
      strictEqual(verified.code, 0, verified.stdout + verified.stderr);
    }
  }
});
