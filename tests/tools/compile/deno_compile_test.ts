import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { compileArguments, compileError, denoCompile, denortPlaces } from "./deno_compile.ts";
import { parseOptions } from "./main.ts";

/** Runs something with DENORT_BIN set. */
async function withDenort<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = Deno.env.get("DENORT_BIN");
  Deno.env.set("DENORT_BIN", path);
  try {
    return await work();
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
  }
}

Deno.test("compileArguments() bakes permissions in and names the target", () => {
  const args = compileArguments("aarch64", "/tmp/bpfman.js", "/tmp/out");
  deepStrictEqual([args[0], args.at(-1)], ["compile", "/tmp/bpfman.js"]);
  for (const word of ["--no-prompt", "--unstable-kv", "--allow-read", "--output=/tmp/out"]) {
    ok(args.includes(word), word);
  }
  ok(args.includes("--target=aarch64-unknown-linux-gnu"));
  strictEqual(args.some((word) => word === "-A" || word === "--allow-all"), false);
  strictEqual(args.some((word) => word === "--allow-ffi" || word === "--allow-run"), false);
});

Deno.test("denoCompile() says what is missing, and what else builds", async () => {
  const out = "/tmp/bpfman-never-made";
  const missing = "/nonexistent/denort";
  const error = await withDenort(missing, async () => {
    const options = { target: "x86_64", out, text: "console.log(1);" } as const;
    return await denoCompile(options).catch((error: unknown) => error);
  });
  ok(error instanceof Error);
  match(
    error.message,
    /^Cannot compile with "deno-compile": DENORT_BIN is "\/nonexistent\/denort"/,
  );
  match(error.message, /or use --builder single-file$/);
  ok(error.cause instanceof Error && error.cause.message.includes(missing));
  await rejects(Deno.stat(out), Deno.errors.NotFound);
});

Deno.test("compileError() names both places where a runtime is looked for", () => {
  const places = denortPlaces("aarch64", "/cache", undefined);
  const { message } = compileError("aarch64", places, "no network");
  match(message, /set DENORT_BIN to it/);
  match(message, /"\/cache\/dl\/release\/v2\.9\.5\/denort-aarch64-unknown-linux-gnu\.zip"/);
});

Deno.test("denoCompile() makes a file of the runtime that DENORT_BIN names", async () => {
  const directory = await Deno.makeTempDir({ prefix: "bpfman-compile-test-" });
  try {
    const out = `${directory}/program`;
    // any program of this machine stands in for denort: that the bundle gets in is what is looked at
    const text = 'console.log("a text that no program has");';
    const size = await withDenort("/bin/true", async () => {
      return await denoCompile({ target: "x86_64", out, text });
    });
    strictEqual(size, text.length);
    const made = new TextDecoder("latin1").decode(await Deno.readFile(out));
    ok(made.includes("a text that no program has"));
    ok((await Deno.stat(out)).mode?.toString(8).endsWith("755"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("parseOptions() takes the other builder", () => {
  const { builder, out } = parseOptions(["--builder", "deno-compile", "--target", "aarch64"]);
  strictEqual(builder, "deno-compile");
  match(out, /\/dist\/bpfman-aarch64$/);
});
