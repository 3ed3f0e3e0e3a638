/**
 * The module, compiled once per thread, and batches of calls on fresh instances of it.
 *
 * @module
 */
import { InspectError } from "../inspector/inspect_error.ts";
import { LIBBPF_VERSION, WASM_BASE64 } from "./inspect_wasm.js";
import {
  type Call,
  createRunner,
  type Limits,
  openPort,
  type Reply,
  type Runner,
} from "./runner.ts";

/**
 * What a call may cost. The C declarations of a whole kernel, the dearest of honest questions, have
 * 3 MB and take 27 million steps; all steps together take some 2 seconds.
 */
export const LIMITS: Limits = { answer: 64 * 1024 * 1024, steps: 500_000_000 };

/** Version of the libbpf that judges. */
export function libbpfVersion(): string {
  return LIBBPF_VERSION;
}

let compiled: WebAssembly.Module | undefined;

/** Returns the module; the first call compiles it. */
export function wasmModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(WASM_BASE64));
  return compiled;
}

/** Makes an instance that has seen no bytes yet. */
export function freshRunner(): Runner {
  return createRunner(openPort(wasmModule(), LIMITS));
}

/** Turns what a runner throws into our error: the instance must not be used any more. */
export function runnerError(cause: unknown): InspectError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof RangeError && !/stack/i.test(said)) {
    return new InspectError("oversize", `Cannot inspect these bytes: ${said}`, { cause });
  }
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return new InspectError("deadline", `Cannot inspect these bytes: ${said}`, { cause });
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
