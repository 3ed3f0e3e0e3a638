/**
 * The module, compiled once per thread, and batches of calls on fresh instances of it.
 *
 * @module
 */
import { InspectError } from "../inspect_error.ts";
import { WASM_BASE64 } from "./inspect_wasm.ts";
import { type Call, createRunner, type Reply, type Runner } from "./runner.ts";

/** The largest answer that is taken, in bytes: C declarations of a kernel have 3 MB. */
export const MAX_ANSWER = 64 * 1024 * 1024;

let compiled: WebAssembly.Module | undefined;

/** Returns the module; the first call compiles it. */
export function wasmModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(WASM_BASE64));
  return compiled;
}

/** Makes an instance that has seen no bytes yet. */
export function freshRunner(): Runner {
  return createRunner(wasmModule(), MAX_ANSWER);
}

/** Turns what a runner throws into our error: the instance must not be used any more. */
export function runnerError(cause: unknown): InspectError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof RangeError && !/stack/i.test(said)) {
    return new InspectError("oversize", `Cannot inspect these bytes: ${said}`, { cause });
  }
  const message = `Cannot inspect these bytes: the inspection code failed on them: ${said}`;
  return new InspectError("trap", message, { cause });
}

/** Runs a batch on an instance; only our error is thrown. */
export function runCalls(runner: Runner, calls: readonly Call[]): Reply[] {
  try {
    return runner(calls);
  } catch (cause) {
    throw runnerError(cause);
  }
}
