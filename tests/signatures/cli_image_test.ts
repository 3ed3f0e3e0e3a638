/**
 * `image verify` and `verify-bundle` as processes: what they print and how they exit.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { PUBLIC_GOOD_ROOT } from "../../core/signature/public_good_root.ts";
import { imageIn, serveLayout } from "./layout_registry.ts";

import {
  type Answer,
  BUILDER,
  FIXTURES,
  IMAGE,
  ISSUER,
  K2,
  K3,
  layout,
  MOCK_ROOT,
  path,
  run,
  SUBJECT,
} from "./cli_process.ts";

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
    // the built-in root grows old, and whoever relies on it is told
    const other = isAnswer ? answer.stderr : answer.stdout;
    strictEqual(other.replace(/^bpfman: note: the trusted root .* days old.*\n/, ""), "");
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
    predicate: null,
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
      name = imageIn(registry);
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
    await using registry = serveLayout(
      new URL("signed/key-v2/", FIXTURES),
      ({ url }) => url.pathname.endsWith(".sig") ? new Response(null, { status: 403 }) : undefined,
    );
    const answer = await verify(imageIn(registry), ...K2, "--data-dir", data);
    strictEqual(answer.code, 7, `${answer.stdout}${answer.stderr}`);
    strictEqual(answer.stdout, "");
    ok(registry.requests.some(({ path }) => path.endsWith(".sig")), "it was never asked");
  } finally {
    Deno.removeSync(data, { recursive: true });
  }
});

Deno.test("the embedded root is sigstore's file", () => {
  strictEqual(PUBLIC_GOOD_ROOT, Deno.readTextFileSync(path("public-good-trusted_root.json")));
});
