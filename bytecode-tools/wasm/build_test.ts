import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { addFuelToText } from "./fuel.ts";
import { ensureBuilt, inputSum, isBuilt, WASM_PACKAGES } from "./build.ts";
import { INPUTS, LIBBPF_VERSION, WASM_BASE64, WASM_SHA256, WASM_SIZE } from "./inspect_wasm.js";
import { sha256 } from "./process.ts";
import { SOURCE } from "./source.ts";

const GENERATED = new URL("inspect_wasm.js", import.meta.url);

Deno.test("the module is built from the sources as they are", async () => {
  equal(await isBuilt(), true);
  equal(INPUTS, await inputSum());
  equal(LIBBPF_VERSION, SOURCE.upstream);
});

Deno.test("the generated file holds the module that its sum names", async () => {
  const bytes = Uint8Array.fromBase64(WASM_BASE64);
  equal(bytes.length, WASM_SIZE);
  equal(await sha256(bytes), WASM_SHA256);
  deepEqual([...bytes.subarray(0, 8)], [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
});

Deno.test("ensureBuilt() does nothing when the module is there", async () => {
  const before = (await Deno.stat(GENERATED)).mtime;
  const said: string[] = [];
  await ensureBuilt({ log: (line) => said.push(line) });
  deepEqual(said, []);
  deepEqual((await Deno.stat(GENERATED)).mtime, before);
});

Deno.test("the source is pinned to a version, and every file of it to a sum", () => {
  ok(SOURCE.version.startsWith(SOURCE.upstream));
  for (const sum of Object.values(SOURCE.files)) match(sum, /^[0-9a-f]{64}$/);
  ok(WASM_PACKAGES.includes("wasi-libc"));
});

const TEXT = `(module
  (func (;0;) (type 0))
  (func (;1;) (type 0) (param i32)
    (local i32)
    loop  ;; label = @1
      br 0 (;@1;)
    end)
  (memory (;0;) 1 2)
  (global (;0;) (mut i32) (i32.const 0))
  (export "memory" (memory 0)))`;

Deno.test("addFuelToText() bounds functions and loops, and leaves empty functions alone", () => {
  const changed = addFuelToText(TEXT);
  const lines = changed.split("\n");
  equal(lines[1], "  (func (;0;) (type 0))");
  equal(lines[2], "  (func (;1;) (type 0) (param i32)");
  match(lines[4] ?? "", /^global\.get 1 i32\.eqz if unreachable end .*global\.set 1$/);
  match(lines[5] ?? "", /loop/);
  equal(lines[6], lines[4]);
  match(
    changed,
    /\(global \(;1;\) \(mut i32\) \(i32\.const \d+\)\)\n {2}\(export "fuel" \(global 1\)\)/,
  );
  notEqual(changed, TEXT);
});
