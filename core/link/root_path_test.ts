import { strictEqual } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { resolveBelow } from "./root_path.ts";

const LINKS: Readonly<Record<string, string>> = {
  "/r/lib": "usr/lib",
  "/r/opt/app": "/bin/sh",
  "/r/up": "../../../etc/passwd",
  "/r/loop": "/loop",
};
const FILES = new Set(["/r/usr/lib/libc.so.6", "/r/bin/sh", "/r/etc/passwd", "/etc/passwd"]);

const { files } = fakeKernel({
  files: { readLink: (path) => LINKS[path] ?? null, exists: (path) => FILES.has(path) },
});

/** Paths in the root, and what they are from here. */
const CASES: readonly (readonly [path: string, wanted: string | null])[] = [
  ["/lib/libc.so.6", "/r/usr/lib/libc.so.6"],
  ["/opt/app", "/r/bin/sh"],
  ["/opt/../bin/./sh", "/r/bin/sh"],
  ["/up", "/r/etc/passwd"],
  ["/../../etc/passwd", "/r/etc/passwd"],
  ["/loop", null],
  ["/nothing", null],
];

for (const [path, wanted] of CASES) {
  Deno.test(`resolveBelow() finds ${path} within the root`, () => {
    strictEqual(resolveBelow(files, "/r", path), wanted);
  });
}

Deno.test("resolveBelow() leaves our own root to the kernel", () => {
  strictEqual(resolveBelow(files, "", "/etc/passwd"), "/etc/passwd");
  strictEqual(resolveBelow(files, "", "/lib/libc.so.6"), null);
});
