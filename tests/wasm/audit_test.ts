import { deepEqual, match, ok } from "node:assert/strict";
import wabt from "wabt";
import { moduleFaults, rebuildFaults, SIZE_LIMITS } from "../../bytecode-tools/wasm/audit.ts";
import { WASM_BASE64, WASM_SHA256 } from "../../bytecode-tools/wasm/inspect_wasm.js";
import { sha256 } from "../../bytecode-tools/wasm/process.ts";
import { WASM_FUNCTIONS } from "../../bytecode-tools/wasm/exports.ts";

const module = Uint8Array.fromBase64(WASM_BASE64);

async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const parsed = (await wabt()).parseWat("test.wat", text, { simd: true });
  return new Uint8Array(parsed.toBinary({}).buffer);
}

const FUNCTIONS = WASM_FUNCTIONS.map((name) => `(func (export "${name}"))`).join("\n");
const MEMORY = '(memory (export "memory") 1 4096) (global (export "fuel") (mut i32) (i32.const 9))';

Deno.test("the module is what its sums say, and has no faults", async () => {
  deepEqual(await sha256(module), WASM_SHA256);
  deepEqual(await moduleFaults(module), []);
  ok(module.length < SIZE_LIMITS.plain);
});

Deno.test("a rebuild of the module gives the same bytes", async () => {
  deepEqual(await rebuildFaults(), []);
});

Deno.test("moduleFaults() accepts a small module with the right shape", async () => {
  deepEqual(await moduleFaults(await assemble(`(module ${MEMORY} ${FUNCTIONS})`)), []);
});

for (
  const { what, text, fault } of [
    {
      what: "an import",
      text: `(module (import "env" "open" (func)) ${MEMORY} ${FUNCTIONS})`,
      fault: /^it imports "env" "open"/,
    },
    {
      what: "an export that is not listed",
      text: `(module ${MEMORY} ${FUNCTIONS} (func (export "system")))`,
      fault: /^it exports func system$/,
    },
    {
      what: "an exported table",
      text: `(module ${MEMORY} ${FUNCTIONS} (table (export "table") 1 funcref))`,
      fault: /^it exports table table$/,
    },
    {
      what: "a missing export",
      text: `(module ${MEMORY} ${FUNCTIONS.replace('"obj_open"', '"obj_open2"')})`,
      fault: /^it exports func obj_open2,it lacks func obj_open$/,
    },
    {
      what: "memory without a limit",
      text: `(module ${MEMORY.replace("4096", "")} ${FUNCTIONS})`,
      fault: /^its memory is not one of at most/,
    },
    {
      what: "another limit of memory",
      text: `(module ${MEMORY.replace("4096", "65536")} ${FUNCTIONS})`,
      fault: /^its memory is not one of at most/,
    },
    {
      what: "a loop without a bound",
      text: `(module ${MEMORY} ${FUNCTIONS} (func (loop (br 0))))`,
      fault: /^1 of its loops are without a bound$/,
    },
    {
      what: "code that runs at the start",
      text: `(module ${MEMORY} ${FUNCTIONS} (func $f) (start $f))`,
      fault: /^it runs code when it is instantiated$/,
    },
    {
      what: "vector instructions",
      text: `(module ${MEMORY} ${FUNCTIONS} (func (drop (v128.const i32x4 0 0 0 0))))`,
      fault: /^it is not valid/,
    },
    {
      what: "too many bytes",
      text: `(module ${MEMORY} ${FUNCTIONS} (data (i32.const 0) "${"a".repeat(300_000)}"))`,
      fault: /^it has \d+ bytes, and 262144 are the limit$/,
    },
  ]
) {
  Deno.test(`moduleFaults() notices ${what}`, async () => {
    match((await moduleFaults(await assemble(text))).join(), fault);
  });
}
