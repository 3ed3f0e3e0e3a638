import { deepEqual, equal, throws } from "node:assert/strict";
import { encodeJson, limitOf, readDescriptor, readDocument, readJson } from "./documents.ts";
import { MediaType } from "./media_types.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const DESCRIPTOR = { mediaType: "a/b", digest: DIGEST, size: 1 };
const MANIFEST = {
  schemaVersion: 2,
  mediaType: MediaType.OCI_MANIFEST,
  config: DESCRIPTOR,
  layers: [DESCRIPTOR],
};

function read(value: unknown, mediaType: string = MediaType.OCI_MANIFEST) {
  return readDocument(encodeJson(value), mediaType, "x");
}

Deno.test("readDocument() reads a manifest and leaves out what it does not know", () => {
  const document = read({ ...MANIFEST, unknown: 1, annotations: { a: "b", c: 1 } });
  deepEqual(document, {
    kind: "manifest",
    manifest: { ...MANIFEST, annotations: { a: "b" } },
  });
});

Deno.test("readDocument() reads an index without a media type of its own", () => {
  const platform = { os: "linux", architecture: "arm", variant: "v7" };
  const document = read(
    { schemaVersion: 2, manifests: [{ ...DESCRIPTOR, platform }] },
    MediaType.OCI_INDEX,
  );
  equal(document.kind === "index" && document.index.manifests[0]?.platform?.variant, "v7");
});

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ["another schema", { ...MANIFEST, schemaVersion: 1 }, /schema version/],
  ["another type", { ...MANIFEST, mediaType: MediaType.OCI_INDEX }, /calls itself/],
  ["two kinds at once", { ...MANIFEST, manifests: [] }, /manifest and an index at once/],
  ["an index under a manifest's type", { schemaVersion: 2, manifests: [] }, /it is no/],
  ["no layers", { ...MANIFEST, layers: undefined }, /list is missing/],
  ["too many layers", { ...MANIFEST, layers: Array(600).fill(DESCRIPTOR) }, /more than 512/],
  ["no configuration", { ...MANIFEST, config: undefined }, /not an object/],
];

for (const [what, value, why] of REFUSED) {
  Deno.test(`readDocument() refuses ${what}`, () => throws(() => read(value), why));
}

for (const digest of ["sha256:../../x", "sha256:AA", "", 5, "md5:a", `sha512:${"a".repeat(64)}`]) {
  Deno.test(`readDescriptor() refuses the digest ${digest}`, () => {
    throws(() => readDescriptor({ ...DESCRIPTOR, digest }, "x"), /no digest that is known/);
  });
}

for (const size of [-1, 1.5, "1", 2 ** 60, null]) {
  Deno.test(`readDescriptor() refuses the size ${size}`, () => {
    throws(() => readDescriptor({ ...DESCRIPTOR, size }, "x"), /no size/);
  });
}

Deno.test("readJson() refuses what is no object in UTF-8", () => {
  for (const bytes of [[0xff, 0xfe], [0x5b, 0x5d], [], [0x6e, 0x75, 0x6c, 0x6c]]) {
    throws(() => readJson(new Uint8Array(bytes), "x"), { code: "image-malformed" });
  }
});

Deno.test("limitOf() keeps documents small", () => {
  equal(limitOf(MediaType.OCI_INDEX), 4 * 1024 * 1024);
  equal(limitOf(MediaType.OCI_CONFIG), 1024 * 1024);
  equal(limitOf("application/octet-stream"), 64 * 1024 * 1024);
});
