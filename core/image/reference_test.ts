import { deepEqual, equal, throws } from "node:assert/strict";
import { locationText, parseLocation, parseReference, referenceText } from "./reference.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const NAMES: readonly (readonly [string, string])[] = [
  ["alpine", "docker.io/library/alpine:latest"],
  ["net/xdp:v1", "docker.io/net/xdp:v1"],
  ["quay.io/net/xdp", "quay.io/net/xdp:latest"],
  ["localhost/xdp:v1", "localhost/xdp:v1"],
  ["127.0.0.1:5000/a/b/c:v1.0_x-y", "127.0.0.1:5000/a/b/c:v1.0_x-y"],
  ["[::1]:5000/xdp:v1", "[::1]:5000/xdp:v1"],
  [`quay.io/net/xdp@${DIGEST}`, `quay.io/net/xdp@${DIGEST}`],
  [`quay.io/net/xdp:v1@${DIGEST}`, `quay.io/net/xdp:v1@${DIGEST}`],
  ["docker://quay.io/net/xdp:v1", "quay.io/net/xdp:v1"],
  ["registry:5000/xdp", "registry:5000/xdp:latest"],
];

for (const [text, complete] of NAMES) {
  Deno.test(`parseReference() completes ${text}`, () => {
    equal(referenceText(parseReference(text)), complete);
    // what is complete stays what it is
    equal(referenceText(parseReference(complete)), complete);
  });
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["", /"library\/" is not a repository/],
  ["UPPER/case", /is not a repository/],
  ["quay.io/", /is not a repository/],
  ["quay.io/a//b", /is not a repository/],
  ["quay.io/../etc", /is not a repository/],
  ["quay.io/xdp:", /"" is not a tag/],
  ["quay.io/xdp:.v1", /"\.v1" is not a tag/],
  [`quay.io/xdp:${"v".repeat(129)}`, /is not a tag/],
  ["quay.io/xdp@sha256:12", /is not a digest/],
  ["quay.io/xdp@", /"" is not a digest/],
  ["quay.io/xdp@md5:d41d8cd98f00b204e9800998ecf8427e", /is not a digest/],
  ["-host.example/xdp", /is not a host/],
  ["user@host.example/xdp", /is not a digest/],
  [`quay.io/${"a".repeat(256)}`, /is not a repository/],
];

for (const [text, why] of REFUSED) {
  Deno.test(`parseReference() refuses "${text.slice(0, 40)}"`, () => {
    throws(() => parseReference(text), why);
  });
}

Deno.test("parseLocation() tells layouts from registries", () => {
  deepEqual(parseLocation("oci:dir"), { kind: "oci", path: "dir" });
  deepEqual(parseLocation("oci:/a/b:v1"), { kind: "oci", path: "/a/b", tag: "v1" });
  deepEqual(parseLocation(`oci:a@${DIGEST}`), { kind: "oci", path: "a", digest: DIGEST });
  deepEqual(parseLocation("oci:a:b/c"), { kind: "oci", path: "a:b/c" });
  deepEqual(parseLocation("oci-archive:a.tar:v1"), {
    kind: "oci-archive",
    path: "a.tar",
    tag: "v1",
  });
  equal(parseLocation("quay.io/oci:v1").kind, "registry");
  for (const text of ["oci:", "oci::v1", "oci:dir:", "oci:a@sha256:12"]) {
    throws(() => parseLocation(text), /Cannot use "oci/, text);
  }
});

Deno.test("locationText() gives back what parseLocation() reads", () => {
  for (const text of ["oci:dir", "oci:/a/b:v1", `oci-archive:a.tar@${DIGEST}`]) {
    equal(locationText(parseLocation(text)), text);
  }
});
