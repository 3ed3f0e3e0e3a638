import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { makeBadObjects } from "./bad_objects.ts";

Deno.test("makeBadObjects() writes files that differ from each other and removes them", async () => {
  let folder: string;
  {
    await using bad = await makeBadObjects();
    folder = bad.folder;
    const files = await Promise.all(bad.kinds.map((kind) => Deno.readFile(bad.path(kind))));
    strictEqual(new Set(files.map(String)).size, bad.kinds.length);
  }
  await rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("makeBadObjects() changes only what each kind is about", async () => {
  await using bad = await makeBadObjects();
  const good = await Deno.readFile(new URL("../fixtures/xdp_pass.bpf.o", import.meta.url));
  for (const kind of ["otherMachine", "otherClass", "otherByteOrder", "executable"] as const) {
    const bytes = await Deno.readFile(bad.path(kind));
    const changed = [...bytes].filter((byte, index) => byte !== good[index]);
    strictEqual(changed.length, 1, kind);
  }
  deepStrictEqual(await Deno.readFile(bad.path("magicOnly")), new Uint8Array([127, 69, 76, 70]));
  notStrictEqual((await Deno.readFile(bad.path("truncated"))).length, good.length);
  ok((await Deno.stat(bad.path("empty"))).size === 0);
});
