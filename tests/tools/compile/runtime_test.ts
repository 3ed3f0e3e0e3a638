import { rejects, strictEqual } from "node:assert/strict";
import { isOfficial, RUNTIME_VERSION, runtimeFor, RUNTIMES } from "./runtime.ts";

Deno.test("runtimeFor() gives the official program of the pinned version, and no other", async () => {
  const target = Deno.build.arch === "aarch64" ? "aarch64" : "x86_64";
  const bytes = await runtimeFor(target);
  strictEqual(await isOfficial(target, bytes), true);
  const other = target === "aarch64" ? "x86_64" : "aarch64";
  strictEqual(await isOfficial(other, bytes), false);
  const at = bytes.length - 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  strictEqual(await isOfficial(target, bytes), false);
});

Deno.test("runtimeFor() refuses a program in Deno's cache that was changed", async () => {
  const directory = await Deno.makeTempDir({ prefix: "bpfman-runtime-" });
  const before = Deno.env.get("DENO_DIR");
  try {
    const target = Deno.build.arch === "aarch64" ? "x86_64" : "aarch64";
    const folder = `${directory}/npm/example.invalid/${
      RUNTIMES[target].package
    }/${RUNTIME_VERSION}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/deno`, "no such program");
    Deno.env.set("DENO_DIR", directory);
    await rejects(runtimeFor(target), /it is not the one that was released$/);
  } finally {
    if (before === undefined) Deno.env.delete("DENO_DIR");
    else Deno.env.set("DENO_DIR", before);
    await Deno.remove(directory, { recursive: true });
  }
});
