/**
 * `verify-bundle` as a process, by the protocol of sigstore-conformance.
 *
 * @module
 */
import { match, strictEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { denoPermissionSet } from "../../cli/deno_permissions.ts";
import { PERMISSION_SETS } from "../../cli/permissions.ts";
import { imageIn, serveLayout } from "./layout_registry.ts";
import {
  BUILDER,
  bundleArgs,
  FIXTURES,
  hasFile,
  IDENTITY,
  layout,
  MAIN,
  MOCK_ROOT,
  ROOT,
  run,
  VECTORS,
} from "./cli_process.ts";

Deno.test("image verify and verify-bundle need no more than their permission sets", async () => {
  const flags = (name: "image-verify" | "inspect") =>
    Object.entries(denoPermissionSet(PERMISSION_SETS[name], {
      runtimeDirectory: "/run/bpfman",
      sources: ROOT.pathname,
    })).map(([kind, value]) => value === true ? `--allow-${kind}` : `--allow-${kind}=${value}`);
  await using registry = serveLayout(new URL("signed/keyless-v3/", FIXTURES));
  for (const image of [layout("keyless-v3"), imageIn(registry)]) {
    const args = ["image", "verify", image, ...BUILDER, ...MOCK_ROOT, "-p", "Always"];
    const verified = await run(args, flags("image-verify"));
    strictEqual(verified.code, 0, verified.stderr);
  }
  const bundle = await run(
    bundleArgs("managed-key-happy-path", `${VECTORS}/a.txt`),
    flags("inspect"),
  );
  strictEqual(bundle.code, 0, bundle.stderr);
});

const BUNDLES: Readonly<Record<string, number>> = {
  "happy-path-v0.3": 0,
  "managed-key-happy-path": 0,
  "rekor2-happy-path": 0,
  "happy-path-intoto-in-dsse-v3": 0,
  "bundle-malformed-json_fail": 4,
  "managed-key-wrong-key_fail": 4,
  "set-invalid-signature_fail": 4,
  "trust-root-tlog-missing-validity-start_fail": 4,
};

for (const [vector, code] of Object.entries(BUNDLES)) {
  Deno.test(`verify-bundle exits with ${code}: ${vector}`, async () => {
    const own = `${VECTORS}/${vector}/artifact`;
    const file = hasFile(own) ? own : `${VECTORS}/a.txt`;
    const digest = createHash("sha256").update(Deno.readFileSync(file)).digest("hex");
    for (const signed of [file, `sha256:${digest}`]) {
      const answer = await run(bundleArgs(vector, signed));
      strictEqual(answer.code, code, `${signed}: ${answer.stdout}${answer.stderr}`);
      match(
        code === 0 ? answer.stdout : answer.stderr,
        code === 0 ? /^verified: / : /^bpfman: error/,
      );
    }
  });
}

Deno.test("verify-bundle refuses another file, another identity and --staging", async () => {
  const good = bundleArgs("happy-path-v0.3", `${VECTORS}/a.txt`);
  const other = await run(good.with(-1, `${VECTORS}/README.md`));
  strictEqual(other.code, 4, other.stderr);
  match(other.stderr, /the digests differ/);
  const stranger = await run(good.map((word) => word === IDENTITY ? `${IDENTITY}x` : word));
  strictEqual(stranger.code, 4, stranger.stderr);
  match(stranger.stderr, /is not trusted/);
  const [verb = "", ...rest] = good;
  const staging = await run([verb, "--staging", ...rest]);
  strictEqual(staging.code, 2, staging.stderr);
  match(staging.stderr, /the root of sigstore's staging instance is not built in/);
});

Deno.test("verify-bundle takes what looks like a digest as a file when it is one", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "bpfman-verify-" });
  try {
    const file = `${VECTORS}/a.txt`;
    const digest = createHash("sha256").update(Deno.readFileSync(file)).digest("hex");
    const good = bundleArgs("managed-key-happy-path", `sha256:${digest}`);
    const inFolder = async () => {
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", "--config", new URL("deno.json", ROOT).pathname, MAIN, ...good],
        cwd: folder,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      return code;
    };
    strictEqual(await inFolder(), 0);
    Deno.writeTextFileSync(`${folder}/sha256:${digest}`, "other bytes");
    strictEqual(await inFolder(), 4);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("verify-bundle is no part of the help, and can be asked for", async () => {
  const page = await run(["--help"]);
  strictEqual(page.code, 0, page.stderr);
  match(page.stdout, /image verify/);
  strictEqual(page.stdout.includes("verify-bundle"), false);
  match((await run(["verify-bundle", "--help"])).stdout, /bpfman verify-bundle FILE_OR_DIGEST/);
});
