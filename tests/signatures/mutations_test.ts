/**
 * Changes one field at a time of signatures that are good, and looks that nothing that matters may
 * change: the signed payload, its digest, the signature, the certificate, the key's choice, the log's
 * promise. What may change without a refusal is listed, each with the reason.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import type { ContentSource } from "../../core/image/content/source.ts";
import type { Descriptor } from "../../core/image/types.ts";
import { findSignatures, type FoundSignature } from "../../core/signature/discover.ts";
import { readTrustedRoot } from "../../core/signature/trusted_root.ts";
import type { SignatureRule } from "../../core/signature/types.ts";
import { verifyImage } from "../../core/signature/verify_image.ts";
import { openLayout } from "./layout_source.ts";

const FIXTURES = new URL("../fixtures/signatures/", import.meta.url);
const IMAGE = "sha256:0ef6fb2e1f19e170b523b5d6d52ab5ddde6512cae8ef825d730b643eb5153fc2";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, FIXTURES));
}

const ROOT = readTrustedRoot(read("mock-instance/trusted_root.json"));
const BUILDER: SignatureRule = {
  identities: [{ subject: "builder@example.com", issuer: "https://issuer.example.com" }],
};
const CASES: Readonly<Record<string, SignatureRule>> = {
  "key-v2-tlog": { keys: [read("keys/k2.pub")], tlog: true },
  "key-v3-tlog": { keys: [read("keys/k3.pub")], tlog: true },
  "keyless-v2": BUILDER,
  "keyless-v2-tsa": BUILDER,
  "keyless-v3": BUILDER,
};

/** Fields that may change, since nothing is concluded from them. */
const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [/publicKey\.hint = /, "keys are tried, not looked up"],
  [/inclusionProof\.(rootHash|treeSize) = /, "those of the signed checkpoint are used"],
  [/sigstore\.cosign\/chain = /, "the chain is built from the trusted root"],
  [/sigstore\.cosign\/certificate = ".*-----\\nx"$/, "what follows the certificate"],
  [/rfc3161timestamp(\.SignedRFC3161Timestamp)? = /, "the log's promise is a time stamp as well"],
  [/imestampVerificationData(\.rfc3161Timestamps)? = undefined/, "so is the promise of this log"],
  [/inclusionPromise = undefined/, "the proof of inclusion stays, and the time stamp"],
  [/checkpoint\.envelope = ".*x"$/, "a further line after the signed ones"],
];

/** Where bytes are changed, as shares of the length. */
const PLACES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

interface Mutation {
  readonly path: string;
  readonly value: unknown;
}

function flipBase64(text: string, at: number): string {
  const bytes = Uint8Array.fromBase64(text);
  const index = Math.floor((bytes.length - 1) * at);
  bytes[index] = (bytes[index] ?? 0) ^ 0x10;
  return bytes.toBase64();
}

function isBase64(text: string): boolean {
  return text.length >= 8 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Other values of a field, by what it is. */
function otherValues(value: unknown): unknown[] {
  if (typeof value === "number") return [value + 1, -value - 1, 0];
  if (typeof value === "boolean") return [!value];
  if (typeof value !== "string") return [];
  if (/^\d+$/.test(value)) return [String(Number(value) + 1), "0", "-1"];
  if (!isBase64(value)) return [`${value}x`, "", value.toUpperCase() + "y"];
  return [...PLACES.map((at) => flipBase64(value, at)), ""];
}

/** Every one-field change of a JSON document: other values, and fields left out. */
function* mutations(value: unknown, path = ""): Generator<Mutation> {
  if (typeof value !== "object" || value === null) {
    for (const other of otherValues(value)) yield { path, value: other };
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const inner = path === "" ? key : `${path}.${key}`;
    if (!Array.isArray(value)) yield { path: inner, value: undefined };
    yield* mutations(child, inner);
  }
}

function withMutation(document: unknown, { path, value }: Mutation): unknown {
  const copy = structuredClone(document);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  // deno-lint-ignore no-explicit-any -- a walk through JSON of any shape
  const parent = keys.reduce((node: any, key) => node[key], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** A source that holds just one signature, as a bundle or under cosign's tag. */
function sourceOf(subject: Descriptor, signature: FoundSignature): ContentSource {
  const tag = `${subject.digest.replace(":", "-")}.sig`;
  const encoder = new TextEncoder();
  const isBundle = signature.kind === "bundle";
  const layer = {
    mediaType: isBundle
      ? "application/vnd.dev.sigstore.bundle.v0.3+json"
      : "application/vnd.dev.cosign.simplesigning.v1+json",
    digest: "sha256:layer",
    size: 1,
    ...isBundle ? {} : { annotations: signature.annotations },
  };
  const manifest = JSON.stringify({ layers: [layer], subject });
  const holder = { mediaType: "", digest: "sha256:manifest", size: 1 };
  const missing = Object.assign(new Error("none"), { code: "image-not-found" });
  return {
    name: "test",
    resolve: (name) => name === tag ? Promise.resolve(holder) : Promise.reject(missing),
    fetch: ({ digest }) =>
      Promise.resolve(
        digest === holder.digest
          ? encoder.encode(manifest)
          : isBundle
          ? encoder.encode(signature.text)
          : signature.payload as Uint8Array<ArrayBuffer>,
      ),
    exists: () => Promise.resolve(true),
    referrers: () => Promise.resolve(isBundle ? [holder] : []),
    tags: () => Promise.resolve([]),
  };
}

/** The signature as a JSON document whose fields are changed; JSON within texts is opened. */
function documentOf(signature: FoundSignature): unknown {
  if (signature.kind === "bundle") return JSON.parse(signature.text);
  const opened = Object.entries(signature.annotations).map(([key, text]) => [
    key.replaceAll(".", "·"),
    /^\s*\{/.test(text) ? JSON.parse(text) : text,
  ]);
  const payload = new TextDecoder().decode(signature.payload);
  return { payload: JSON.parse(payload), annotations: Object.fromEntries(opened) };
}

function signatureOf(document: unknown, like: FoundSignature): FoundSignature {
  if (like.kind === "bundle") return { ...like, text: JSON.stringify(document) };
  const { payload, annotations = {} } = document as {
    readonly payload?: unknown;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  const closed = Object.entries(annotations).map(([key, value]) => [
    key.replaceAll("·", "."),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return {
    ...like,
    payload: new TextEncoder().encode(JSON.stringify(payload) ?? ""),
    annotations: Object.fromEntries(closed),
  };
}

async function isAccepted(
  subject: Descriptor,
  signature: FoundSignature,
  rule: SignatureRule,
): Promise<boolean> {
  const source = sourceOf(subject, signature);
  return (await verifyImage({ source, subject, rule, root: ROOT })).kind === "signed";
}

let tried = 0;

for (const [name, rule] of Object.entries(CASES)) {
  Deno.test(`verifyImage() refuses every change that matters of ${name}`, async () => {
    const layout = openLayout(new URL(`signed/${name}/`, FIXTURES));
    const subject = await layout.resolve(IMAGE);
    const [signature] = (await findSignatures(layout, subject)).found;
    ok(signature !== undefined);
    const document = documentOf(signature);
    ok(await isAccepted(subject, signatureOf(document, signature), rule), "the original");
    const survivors: string[] = [];
    for (const mutation of mutations(document)) {
      tried++;
      const mutated = signatureOf(withMutation(document, mutation), signature);
      if (!await isAccepted(subject, mutated, rule)) continue;
      const text = `${mutation.path.replaceAll("·", ".")} = ${JSON.stringify(mutation.value)}`;
      if (!NEUTRAL.some(([pattern]) => pattern.test(text))) survivors.push(text);
    }
    deepStrictEqual(survivors, []);
  });
}

Deno.test("at least 500 changes were tried", () => {
  ok(tried >= 500, `only ${tried}`);
});
