/**
 * `image verify` and `verify-bundle` as processes: what they print and how they exit.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { denoPermissionSet, PERMISSION_SETS } from "../../cli/permissions.ts";
import { PUBLIC_GOOD_ROOT } from "../../core/signature/public_good_root.ts";
import { serveLayout } from "./layout_registry.ts";

const ROOT = new URL("../../", import.meta.url);
const FIXTURES = new URL("../fixtures/signatures/", import.meta.url);
const MAIN = new URL("cli/main.ts", ROOT).pathname;
const VECTORS = path("conformance");
const IMAGE = "sha256:0ef6fb2e1f19e170b523b5d6d52ab5ddde6512cae8ef825d730b643eb5153fc2";
const K2 = ["--key", path("keys/k2.pub")];
const K3 = ["--key", path("keys/k3.pub")];
const MOCK_ROOT = ["--trusted-root", path("mock-instance/trusted_root.json")];
const SUBJECT = ["--certificate-identity", "builder@example.com"];
const ISSUER = ["--certificate-oidc-issuer", "https://issuer.example.com"];
const BUILDER = [...SUBJECT, ...ISSUER];

function path(name: string): string {
  return new URL(name, FIXTURES).pathname;
}

function layout(name: string): string {
  return `oci:${path(`signed/${name}`)}:v1`;
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], flags: readonly string[] = ["-A"]): Promise<Answer> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...flags, MAIN, ...args],
    env: { NO_COLOR: "1", BPFMAN_CONFIG: "", BPFMAN_DEBUG: "", BPFMAN_REGISTRY_AUTH: "" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function verify(...args: string[]): Promise<Answer> {
  return run(["image", "verify", ...args]);
}

interface Case {
  readonly title: string;
  readonly args: readonly string[];
  readonly code: number;
  /** What standard output says; standard error for errors. */
  readonly says: RegExp;
}

const IMAGE_CASES: readonly Case[] = [
  {
    title: "a key's signature in cosign 2's form",
    args: [layout("key-v2"), ...K2],
    code: 0,
    says:
      /^signed: oci:.*:v1@sha256:0ef6.*\n {2}by: key 3597.*\n {2}signature: sha256-0ef6.*\.sig\n$/,
  },
  {
    title: "one of two keys, cosign 3's form",
    args: [layout("key-v3"), ...K2, ...K3],
    code: 0,
    says: /by: key 74973dfe/,
  },
  {
    title: "another key",
    args: [layout("key-v2"), ...K3],
    code: 4,
    says: /^refused: oci:.*\n {2}sha256-0ef6.*\.sig: signature verification failed\n$/,
  },
  {
    title: "a certificate under the root of its instance",
    args: [layout("keyless-v3"), ...BUILDER, ...MOCK_ROOT],
    code: 0,
    says: /by: builder@example\.com \(issuer https:\/\/issuer\.example\.com\)\n/,
  },
  {
    title: "a pattern of the whole identity",
    args: [
      layout("keyless-v2"),
      "--certificate-identity-regexp",
      "builder@.*",
      "--certificate-oidc-issuer-regexp",
      "https://[a-z.]+",
      ...MOCK_ROOT,
    ],
    code: 0,
    says: /^signed: /,
  },
  {
    title: "a pattern that fits a part of the identity only",
    args: [
      layout("keyless-v2"),
      "--certificate-identity-regexp",
      "builder",
      ...ISSUER,
      ...MOCK_ROOT,
    ],
    code: 4,
    says: /signer "builder@example\.com" .* is not trusted/,
  },
  {
    title: "another issuer",
    args: [
      layout("keyless-v3"),
      ...SUBJECT,
      "--certificate-oidc-issuer",
      "https://issuer.example.org",
      ...MOCK_ROOT,
    ],
    code: 4,
    says: /is not trusted/,
  },
  {
    title: "a certificate of another instance than the public-good one, where no root is named",
    args: [layout("keyless-v3"), ...BUILDER],
    code: 4,
    says: /^refused: /,
  },
  {
    title: "an attestation in place of a signature",
    args: [layout("attest-only-v3"), ...BUILDER, ...MOCK_ROOT],
    code: 4,
    says: /it is an attestation/,
  },
  {
    title: "a log's entry where there is one",
    args: [layout("key-v2-tlog"), ...K2, ...MOCK_ROOT, "--tlog", "required"],
    code: 0,
    says: /^signed: /,
  },
  {
    title: "no log's entry where one is demanded",
    args: [layout("key-v2"), ...K2, "--tlog", "required"],
    code: 4,
    says: /expected 1 tlog entries, got 0/,
  },
  {
    title: "an image without a signature",
    args: [layout("unsigned"), ...K2],
    code: 4,
    says: /^unsigned: oci:.*\n {2}no signature is stored with it\n$/,
  },
  {
    title: "no layout at all",
    args: ["oci:/nonexistent/layout:v1", ...K2],
    code: 3,
    says: /there is no OCI layout/,
  },
  {
    title: "nobody to trust",
    args: [layout("key-v2")],
    code: 2,
    says: /nobody is named who is trusted\nhint: Give --key FILE/,
  },
  {
    title: "an identity without an issuer",
    args: [layout("keyless-v3"), ...SUBJECT],
    code: 2,
    says: /Missing option --certificate-oidc-issuer/,
  },
  {
    title: "a pattern that is none",
    args: [layout("keyless-v3"), "--certificate-identity-regexp", "a)|(?:b", ...ISSUER],
    code: 2,
    says: /no regular expression/,
  },
  {
    title: "a key that is none",
    args: [layout("key-v2"), "--key", path("mock-instance/trusted_root.json")],
    code: 4,
    says: /Cannot trust the key ".*trusted_root\.json": it is no public key/,
  },
  {
    title: "a root that is none",
    args: [layout("key-v2"), ...K2, "--trusted-root", path("keys/k2.pub")],
    code: 4,
    says: /Cannot trust the root ".*k2\.pub"/,
  },
];

for (const { title, args, code, says } of IMAGE_CASES) {
  Deno.test(`image verify exits with ${code}: ${title}`, async () => {
    const answer = await verify(...args);
    strictEqual(answer.code, code, `${answer.stdout}${answer.stderr}`);
    const isAnswer = /^(signed|refused|unsigned)/.test(answer.stdout);
    match(isAnswer ? answer.stdout : answer.stderr, says);
    strictEqual(isAnswer ? answer.stderr : answer.stdout, "");
  });
}

const GADGETS = path("inspektor-gadget-signed");
for (const [form, start] of [["tag", "2029"], ["referrer", "2f09"], ["bundle", "d217"]] as const) {
  Deno.test(`image verify needs no root for the public log: a gadget's ${form}`, async () => {
    const blobs = [...Deno.readDirSync(`${GADGETS}/oci-store/blobs/sha256`)];
    const name = blobs.find((blob) => blob.name.startsWith(start))?.name;
    const image = `oci:${GADGETS}/oci-store@sha256:${name}`;
    const key = ["--key", `${GADGETS}/cosign.pub`];
    const good = await verify(image, ...key, "--tlog", "required");
    strictEqual(good.code, 0, `${good.stdout}${good.stderr}`);
    const other = await verify(image, ...key, "--tlog", "required", ...MOCK_ROOT);
    strictEqual(other.code, 4, `${other.stdout}${other.stderr}`);
  });
}

Deno.test("image verify has its verdict as JSON", async () => {
  const signed = await verify(layout("keyless-v3"), ...BUILDER, ...MOCK_ROOT, "-o", "json");
  strictEqual(signed.code, 0, signed.stderr);
  deepStrictEqual(JSON.parse(signed.stdout), {
    reference: layout("keyless-v3"),
    media_type: "application/vnd.oci.image.manifest.v1+json",
    digest: IMAGE,
    size: 402,
    stored: true,
    verdict: "signed",
    signer: {
      kind: "certificate",
      subject: "builder@example.com",
      issuer: "https://issuer.example.com",
    },
    signature: "sha256:16fb4304bf389b6bb2c05c827a5690819b62e207e9d3eeb403c54c7c690ae05a",
    reasons: [],
  });
  const refused = JSON.parse((await verify(layout("key-v2"), ...K3, "-o", "json")).stdout);
  strictEqual(refused.verdict, "refused");
  strictEqual(refused.signer, null);
  strictEqual(refused.reasons.length, 1);
  const failed = await verify(layout("key-v2"), "-o", "json");
  strictEqual(JSON.parse(failed.stderr).error.code, "usage");
});

Deno.test("image verify asks a registry, and the store without a network after a pull", async () => {
  const data = Deno.makeTempDirSync({ prefix: "bpfman-verify-" });
  try {
    const place = ["--data-dir", data];
    let name: string;
    {
      await using registry = serveLayout(new URL("signed/key-v3/", FIXTURES));
      name = registry.image;
      const good = await verify(name, ...K3, ...place, "-o", "json");
      strictEqual(good.code, 0, `${good.stdout}${good.stderr}`);
      strictEqual(JSON.parse(good.stdout).stored, false);
      const other = await verify(name, ...K2, ...place);
      strictEqual(other.code, 4, `${other.stdout}${other.stderr}`);
      deepStrictEqual([...Deno.readDirSync(data)], [], "something was stored");
      const pulled = await run(["image", "pull", name, ...place]);
      strictEqual(pulled.code, 0, pulled.stderr);
    }
    const good = await verify(name, ...K3, ...place, "-o", "json");
    strictEqual(good.code, 0, `${good.stdout}${good.stderr}`);
    strictEqual(JSON.parse(good.stdout).stored, true);
    const other = await verify(name, ...K2, ...place);
    strictEqual(other.code, 4, `${other.stdout}${other.stderr}`);
  } finally {
    Deno.removeSync(data, { recursive: true });
  }
});

Deno.test("image verify says of a registry that denies the signature that it does", async () => {
  const data = Deno.makeTempDirSync({ prefix: "bpfman-verify-" });
  try {
    await using registry = serveLayout(new URL("signed/key-v2/", FIXTURES), { denied: /\.sig$/ });
    const answer = await verify(registry.image, ...K2, "--data-dir", data);
    strictEqual(answer.code, 7, `${answer.stdout}${answer.stderr}`);
    strictEqual(answer.stdout, "");
    ok(registry.requests.some((request) => request.endsWith(".sig")), "it was never asked");
  } finally {
    Deno.removeSync(data, { recursive: true });
  }
});

Deno.test("image verify and verify-bundle need no more than their permission sets", async () => {
  const flags = (name: "image-verify" | "inspect") =>
    Object.entries(denoPermissionSet(PERMISSION_SETS[name], {
      runtimeDirectory: "/run/bpfman",
      sources: ROOT.pathname,
    })).map(([kind, value]) => value === true ? `--allow-${kind}` : `--allow-${kind}=${value}`);
  await using registry = serveLayout(new URL("signed/keyless-v3/", FIXTURES));
  for (const image of [layout("keyless-v3"), registry.image]) {
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

Deno.test("the embedded root is sigstore's file", () => {
  strictEqual(PUBLIC_GOOD_ROOT, Deno.readTextFileSync(path("public-good-trusted_root.json")));
});

const IDENTITY =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const BEACON = [
  "--certificate-identity",
  IDENTITY,
  "--certificate-oidc-issuer",
  "https://token.actions.githubusercontent.com",
];

function hasFile(name: string): boolean {
  try {
    return Deno.statSync(name).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The arguments of a vector in the order of the protocol. */
function bundleArgs(vector: string, signed: string): string[] {
  const folder = `${VECTORS}/${vector}`;
  const key = `${folder}/key.pub`;
  const root = `${folder}/trusted_root.json`;
  return [
    "verify-bundle",
    "--bundle",
    `${folder}/bundle.sigstore.json`,
    ...hasFile(key) ? ["--key", key] : BEACON,
    ...hasFile(root) ? ["--trusted-root", root] : [],
    signed,
  ];
}

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
