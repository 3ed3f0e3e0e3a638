import { equal, match, ok, rejects, throws } from "node:assert/strict";
import wabt from "wabt";
import { InspectError } from "../../bytecode-tools/inspector/inspect_error.ts";
import { describe, openObject } from "../../bytecode-tools/wasm/calls.ts";
import { addFuel } from "../../bytecode-tools/wasm/fuel.ts";
import { LIMITS, runCalls } from "../../bytecode-tools/wasm/module.ts";
import { createRunner, openPort } from "../../bytecode-tools/wasm/runner.ts";
import { runWithin } from "../../bytecode-tools/wasm/worker.ts";
import { fixture } from "../support/corpus.ts";

interface BadOptions {
  /** What the module says about the size of its answer. */
  readonly outSize?: string;
  /** More functions. */
  readonly more?: string;
}

/** A module with one call that misbehaves as told, its steps bounded like those of the real one. */
async function badBytes(body: string, options: BadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { outSize = "i32.const 0", more = "" } = options;
  const text = `(module
    (memory (export "memory") 1 16)
    (global (mut i32) (i32.const 0))
    (func (export "_initialize"))
    (func (export "mem_alloc") (param i32) (result i32) i32.const 1024)
    (func (export "mem_free") (param i32))
    (func (export "out_ptr") (result i32) i32.const 0)
    (func (export "out_len") (result i32) ${outSize})
    (func (export "log_ptr") (result i32) i32.const 0)
    (func (export "log_len") (result i32) i32.const 0)
    (func $call (export "obj_describe") (param i32) (result i32) ${body})
    ${more})`;
  return await addFuel((await wabt()).parseWat("bad.wat", text).toBinary({}).buffer);
}

async function badModule(body: string, options?: BadOptions): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await badBytes(body, options));
}

const CALLS = [describe(0)];

/** A worker may start late on a busy machine. */
const PATIENCE = 300_000;

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof InspectError && error.code === code;
}

Deno.test("runWithin() answers from a worker", async () => {
  const replies = await runWithin([
    openObject(fixture("xdp_pass"), "object"),
    describe({ earlier: 0 }),
  ], { deadline: PATIENCE });
  match(new TextDecoder().decode(replies[1]?.answer), /"name":"xdp_pass"/);
});

Deno.test("an endless loop ends when its steps are used up, here and in a worker", async () => {
  const module = await badModule("(loop (br 0)) i32.const 0");
  const start = performance.now();
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("deadline"));
  await rejects(runWithin(CALLS, { module, deadline: PATIENCE }), isCode("deadline"));
  const took = performance.now() - start;
  ok(took < PATIENCE / 2, `it took ${took} ms`);
});

Deno.test("a recursion without loops ends when its steps are used up", async () => {
  // two calls at every level: 2^40 calls, while the stack stays flat
  const body = "(call $deep (i32.const 40)) i32.const 0";
  const deep = `(func $deep (param i32)
    (if (i32.eqz (local.get 0)) (then return))
    (call $deep (i32.sub (local.get 0) (i32.const 1)))
    (call $deep (i32.sub (local.get 0) (i32.const 1))))`;
  const module = await badModule(body, { more: deep });
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("deadline"));
});

Deno.test("runWithin() does not wait beyond the deadline", async () => {
  const module = await badModule("(loop (br 0)) i32.const 0");
  const start = performance.now();
  await rejects(runWithin(CALLS, { module, deadline: 200 }), isCode("deadline"));
  const took = performance.now() - start;
  // a quick machine has used its steps up before the deadline
  ok(took < 30_000, `it took ${took} ms`);
});

Deno.test("a process ends although a worker of it met an endless loop", async () => {
  const bytes = await badBytes("(loop (br 0)) i32.const 0");
  const script = `
    import { runWithin } from "${import.meta.resolve("../../bytecode-tools/wasm/worker.ts")}";
    const module = new WebAssembly.Module(Uint8Array.fromBase64(Deno.args[0]));
    await runWithin([{ name: "obj_describe", args: [0] }], { module, deadline: 100 })
      .catch((error) => console.log(error.code));`;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", script, bytes.toBase64()],
    signal: AbortSignal.timeout(PATIENCE),
    stderr: "inherit",
  }).output();
  equal(new TextDecoder().decode(stdout), "deadline\n");
  ok(success, "it had to be stopped from outside");
});

Deno.test("a trap is our error, here and in a worker", async () => {
  const module = await badModule("unreachable");
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("trap"));
  await rejects(runWithin(CALLS, { module, deadline: PATIENCE }), isCode("trap"));
});

Deno.test("a stack without end is our error, here and in a worker", async () => {
  const module = await badModule("(call $call (i32.const 0))");
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("trap"));
  await rejects(runWithin(CALLS, { module, deadline: PATIENCE }), isCode("trap"));
});

Deno.test("an answer that is too large is our error, here and in a worker", async () => {
  const module = await badModule("i32.const 0", { outSize: `i32.const ${LIMITS.answer + 1}` });
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("oversize"));
  await rejects(runWithin(CALLS, { module, deadline: PATIENCE }), isCode("oversize"));
});

Deno.test("an answer outside the memory is our error", async () => {
  const module = await badModule("i32.const 0", { outSize: "i32.const 65537" });
  throws(() => runCalls(createRunner(openPort(module, LIMITS)), CALLS), isCode("oversize"));
});

Deno.test("a call that the module does not have is our error", async () => {
  const module = await badModule("i32.const 0");
  throws(
    () => runCalls(createRunner(openPort(module, LIMITS)), [{ name: "obj_core", args: [] }]),
    isCode("trap"),
  );
});
