import { doesNotThrow, strictEqual, throws } from "node:assert/strict";
import { sampleApplication, sampleObject } from "../../tests/support/declared.ts";
import { canonicalJson, digestOfApplication } from "./digest.ts";
import { checkOwner, nextGeneration } from "./generation.ts";

const LAST = nextGeneration({
  name: "shield",
  desired: sampleApplication("shield"),
  object: sampleObject(),
  last: null,
  programs: [],
  owner: "ops",
  createdAt: "2026-11-22T10:00:00.000Z",
  createdBy: "root",
});

Deno.test("canonicalJson() has one text for one content", () => {
  strictEqual(
    canonicalJson({ b: [2, { d: 1, c: null }], a: "x" }),
    '{"a":"x","b":[2,{"c":null,"d":1}]}',
  );
  strictEqual(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
});

Deno.test("digestOfApplication() does not see the order of keys, and sees that of programs", () => {
  const first = { name: "a", type: "xdp", links: [] } as const;
  const second = { name: "b", type: "xdp", links: [] } as const;
  const labels = sampleApplication("x", { labels: { a: "1", b: "2" }, programs: [first, second] });
  const turned = { ...labels, labels: { b: "2", a: "1" } };
  strictEqual(digestOfApplication(turned), digestOfApplication(labels));
  const other = { ...labels, programs: [second, first] };
  strictEqual(digestOfApplication(other) === digestOfApplication(labels), false);
  // the same on every machine and in every version: written down once and compared for ever
  strictEqual(
    digestOfApplication(sampleApplication("x")),
    "sha256:c81e406434164792676a9c92d02550c2ee754e7cb3ed29d76eccc8499e329bbb",
  );
});

Deno.test("checkOwner() lets the owner in, and anybody where there is nothing to own", () => {
  doesNotThrow(() => checkOwner(LAST, "ops"));
  doesNotThrow(() => checkOwner(null, "default"));
  doesNotThrow(() => checkOwner({ ...LAST, isDeleted: true }, "default"));
  throws(() => checkOwner(LAST, "default"), { code: "other-owner", message: /owner "ops"/ });
});
