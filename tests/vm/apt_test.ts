import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { dependencyNames, mirrorOf } from "./apt.ts";

Deno.test("mirrorOf() finds Debian in deb822 stanzas and passes over other sources", () => {
  const text = `Types: deb
URIs: http://one.example/nodes
Suites: nodistro

# Suites: sid
Types: deb-src
URIs: http://source.example/debian
Suites: bookworm

Types: deb deb-src
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
# a comment inside
URIs: http://debian.example/debian http://second.example/debian
Suites: bookworm bookworm-updates
`;
  strictEqual(mirrorOf(text), "http://debian.example/debian");
});

Deno.test("mirrorOf() finds Debian in one-line sources, with and without options", () => {
  strictEqual(
    mirrorOf("# deb http://old.example/debian sid main\ndeb http://new.example/debian sid main\n"),
    "http://new.example/debian",
  );
  strictEqual(
    mirrorOf("deb [arch=amd64 signed-by=/k.gpg] mirror+file:/etc/mirrors trixie main"),
    "mirror+file:/etc/mirrors",
  );
});

Deno.test("mirrorOf() finds nothing on a machine that is not Debian", () => {
  strictEqual(mirrorOf("deb http://other.example/ubuntu noble main\n"), undefined);
  strictEqual(mirrorOf(""), undefined);
});

Deno.test("dependencyNames() returns the names without versions, alternatives included", () => {
  const record = "Package: a\nPre-Depends: x\nDepends: linux-base (>= 4.3~), kmod | other, b\n\n";
  deepStrictEqual(dependencyNames(record), ["linux-base", "kmod", "other", "b"]);
  deepStrictEqual(dependencyNames("Package: a\n"), []);
});
