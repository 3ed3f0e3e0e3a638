/**
 * Damages objects, and gives those that pass the gate to the module: it must answer or refuse, and
 * never trap. `deno run -A tests/fuzz/wasm_fuzz.ts [COUNT] [SEED]`
 *
 * @module
 */
import { reportCore, reportObject } from "../../bytecode-tools/inspector/core.ts";
import { InspectError } from "../../bytecode-tools/inspector/inspect_error.ts";
import { btfSection } from "../wasm/kernel_btf.ts";
import { damagedObjects } from "../wasm/oracle_corpus.ts";
import { fixture } from "../support/corpus.ts";

/** What a run gave. */
export interface WasmFuzzResult {
  /** Damaged objects that passed the gate. */
  readonly count: number;
  /** Objects that libbpf opened. */
  readonly opened: number;
  /** Objects on which the module failed, with the error. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

/** Runs the fuzzer over `count` objects that pass the gate. */
export function fuzzModule(count: number, seed: number): WasmFuzzResult {
  // a small target keeps the runs short; most of its types are missing, some are there
  const btf = btfSection(fixture("core_fields"));
  const objects = damagedObjects(count, seed);
  const failures: string[] = [];
  let opened = 0;
  let slowestMs = 0;
  for (const { name, bytes } of objects) {
    const start = performance.now();
    try {
      reportObject(bytes);
      opened++;
      reportCore(bytes, { btf });
    } catch (error) {
      if (!(error instanceof InspectError)) throw error;
      if (error.code !== "refused") failures.push(`${name}: ${error.code}: ${error.message}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { count: objects.length, opened, failures, slowestMs };
}

if (import.meta.main) {
  const [count = "10000", seed = "1"] = Deno.args;
  const result = fuzzModule(Number(count), Number(seed));
  console.log(result);
  Deno.exit(result.failures.length === 0 ? 0 : 1);
}
