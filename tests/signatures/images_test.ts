/**
 * Images that real cosign 2.5 and 3.1 signed, and images of a gadget project signed in public: who
 * must pass under which rule, and who must not.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { readTrustedRoot } from "../../core/signature/trusted_root.ts";
import type { SignatureRule } from "../../core/signature/types.ts";
import { type ImageVerdict, verifyImage } from "../../core/signature/verify_image.ts";
import { openLayout } from "./layout_source.ts";

const FIXTURES = new URL("../fixtures/signatures/", import.meta.url);
const IMAGE = "sha256:0ef6fb2e1f19e170b523b5d6d52ab5ddde6512cae8ef825d730b643eb5153fc2";
const INDEX = "sha256:5df849edc424ae5aff8362dd76607649a9ab2cbabd98f1404f29b805f0446a97";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, FIXTURES));
}

const MOCK_ROOT = readTrustedRoot(read("mock-instance/trusted_root.json"));
const K2: SignatureRule = { keys: [read("keys/k2.pub")] };
const K3: SignatureRule = { keys: [read("keys/k3.pub")] };
const SUBJECT = "builder@example.com";
const ISSUER = "https://issuer.example.com";
const BUILDER: SignatureRule = { identities: [{ subject: SUBJECT, issuer: ISSUER }] };
const LOGGED = { tlog: true } as const;

interface Options {
  readonly digest?: string;
  readonly hasRoot?: boolean;
  readonly predicateType?: string;
}

async function judge(
  name: string,
  rule: SignatureRule,
  { digest = IMAGE, hasRoot = true, predicateType }: Options = {},
): Promise<ImageVerdict> {
  const source = openLayout(new URL(`signed/${name}/`, FIXTURES));
  return await verifyImage({
    source,
    subject: await source.resolve(digest),
    rule,
    ...hasRoot ? { root: MOCK_ROOT } : {},
    ...predicateType === undefined ? {} : { predicateType },
  });
}

const ACCEPTED: readonly [string, SignatureRule, Options?][] = [
  ["key-v2", K2],
  ["key-v2-oci11", K2],
  ["key-v2-tlog", { ...K2, ...LOGGED }],
  ["key-v2-tlog", K2, { hasRoot: false }],
  ["key-v3", K3],
  ["key-v3", { keys: [read("keys/k2.pub"), read("keys/k3.pub")] }],
  ["key-v3-tlog", { ...K3, ...LOGGED }],
  ["keyless-v2", BUILDER],
  ["keyless-v2-tsa", BUILDER],
  ["keyless-v3", BUILDER],
  ["keyless-v3", { identities: [{ subjectPattern: "builder@.*", issuer: ISSUER }] }],
  ["sig-and-attest-v3", BUILDER],
  ["index-keyless-v3", BUILDER, { digest: INDEX }],
  ["two-sigs", K2],
];

for (const [name, rule, options] of ACCEPTED) {
  Deno.test(`verifyImage() accepts ${name} under ${JSON.stringify(rule).slice(0, 60)}`, async () => {
    const verdict = await judge(name, rule, options);
    strictEqual(verdict.kind, "signed", JSON.stringify(verdict));
  });
}

function identity(subject: string, issuer = ISSUER): SignatureRule {
  return { identities: [{ subject, issuer }] };
}

const REFUSED: readonly [string, SignatureRule, RegExp, Options?][] = [
  ["key-v2", K3, /signature verification failed/],
  ["key-v3", K2, /signature verification failed/],
  ["key-v2", { ...K2, ...LOGGED }, /expected 1 tlog entries, got 0/],
  ["key-v2", BUILDER, /signed by a key, and no key is trusted/],
  ["keyless-v2", K2, /signed by a certificate, and no identity is trusted/],
  ["keyless-v3", K3, /signed by a certificate, and no identity is trusted/],
  ["keyless-v3", BUILDER, /there is no trusted root/, { hasRoot: false }],
  ["keyless-v3-otheriss", BUILDER, /is not trusted/],
  ["keyless-v3", identity("builder@example.co"), /is not trusted/],
  ["keyless-v3", identity("builder@example.com.evil.test"), /is not trusted/],
  ["keyless-v3", identity("Builder@example.com"), /is not trusted/],
  ["keyless-v3", identity("builder.example.com"), /is not trusted/],
  ["keyless-v3", identity(SUBJECT, "https://issuer.example.org"), /is not trusted/],
  ["keyless-v3", { identities: [{ subjectPattern: "uilder", issuer: ISSUER }] }, /is not trusted/],
  ["keyless-v3", { identities: [{ subject: SUBJECT }] }, /is not trusted/],
  ["attest-only-v3", BUILDER, /it is an attestation/],
  ["copied-sig-v2", K2, /signs another image/],
];

for (const [name, rule, reason, options] of REFUSED) {
  const why = `${JSON.stringify(rule).slice(0, 60)}: ${reason.source}`;
  Deno.test(`verifyImage() refuses ${name} under ${why}`, async () => {
    const verdict = await judge(name, rule, options);
    ok(verdict.kind === "refused", JSON.stringify(verdict));
    ok(verdict.reasons.length > 0);
    for (const one of verdict.reasons) match(one, reason);
  });
}

Deno.test("verifyImage() tells unsigned from refused", async () => {
  deepStrictEqual(await judge("unsigned", K2), { kind: "unsigned" });
});

Deno.test("verifyImage() names signer and place", async () => {
  const verdict = await judge("keyless-v3", BUILDER);
  ok(verdict.kind === "signed");
  deepStrictEqual(verdict.signer, { kind: "certificate", subject: SUBJECT, issuer: ISSUER });
  match(verdict.where, /^sha256:16fb4304/);
});

Deno.test("verifyImage() accepts an attestation only where one is demanded", async () => {
  const source = openLayout(new URL("signed/attest-only-v3/", FIXTURES));
  const subject = await source.resolve(IMAGE);
  const request = { source, subject, rule: BUILDER, root: MOCK_ROOT };
  const refused = await verifyImage(request);
  ok(refused.kind === "refused");
  const type = /attestation \(([^)]+)\)/.exec(refused.reasons.join())?.[1] ?? "";
  const accepted = await verifyImage({ ...request, predicateType: type });
  strictEqual(accepted.kind, "signed", JSON.stringify(accepted));
  const other = await verifyImage({ ...request, predicateType: `${type}x` });
  strictEqual(other.kind, "refused");
});

Deno.test("verifyImage() says that an error of the registry is one, never unsigned", async () => {
  const source = openLayout(new URL("signed/unsigned/", FIXTURES));
  const subject = await source.resolve(IMAGE);
  const broken = { ...source, referrers: () => Promise.reject(new Error("500")) };
  await rejects(verifyImage({ source: broken, subject, rule: K2 }), /500/);
});

Deno.test("verifyImage() accepts the good signature although others cannot be read", async () => {
  const source = openLayout(new URL("signed/key-v2/", FIXTURES));
  const subject = await source.resolve(IMAGE);
  const broken = { ...source, referrers: () => Promise.reject(new Error("500")) };
  strictEqual((await verifyImage({ source: broken, subject, rule: K2 })).kind, "signed");
});

const NOTATION_TYPE = "application/vnd.cncf.notary.signature";
const NOTATION_SIGNED = "sha256:5cf9ca271f51930bc6c29106df032ba92c8e86c92a6064cbc49658c9c1a30144";

const GADGETS: Readonly<Record<string, string>> = {
  "cosign's tag": "sha256:20296fb8",
  "cosign's referrer": "sha256:2f096beb",
  "a bundle": "sha256:d217fb2d",
};

for (const [form, digest] of Object.entries(GADGETS)) {
  Deno.test(`verifyImage() accepts what was signed in public, as ${form}`, async () => {
    const folder = new URL("inspektor-gadget-signed/", FIXTURES);
    const source = openLayout(new URL("oci-store/", folder));
    const index = JSON.parse(read("inspektor-gadget-signed/oci-store/index.json"));
    const subject = index.manifests.find((one: { digest: string }) =>
      one.digest.startsWith(digest)
    );
    const key = read("inspektor-gadget-signed/cosign.pub");
    const root = readTrustedRoot(read("public-good-trusted_root.json"));
    const rule = { keys: [key], tlog: true };
    const verdict = await verifyImage({ source, subject, rule, root });
    strictEqual(verdict.kind, "signed", JSON.stringify(verdict));
    const wrong = await verifyImage({ source, subject, rule: { ...K2, tlog: true }, root });
    strictEqual(wrong.kind, "refused");
  });
}

Deno.test("verifyImage() takes a signature by notation for none", async () => {
  const source = openLayout(new URL("inspektor-gadget-signed/oci-store/", FIXTURES));
  // the image itself is not in the layout, what belongs to it is
  const subject = { mediaType: "", digest: NOTATION_SIGNED, size: 1571 };
  const referrers = await source.referrers(subject);
  deepStrictEqual(referrers.map(({ artifactType }) => artifactType), [
    NOTATION_TYPE,
    NOTATION_TYPE,
  ]);
  deepStrictEqual(await verifyImage({ source, subject, rule: K2 }), { kind: "unsigned" });
});
