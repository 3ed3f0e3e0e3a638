/**
 * Damages objects and passes them through the gate; what passes must not harm native libbpf.
 * `deno run -A tests/fuzz/gate_fuzz.ts [COUNT] [SEED]`
 *
 * @module
 */
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { validateObject } from "../../bytecode-tools/object/validate.ts";
import { corpusObjects } from "../support/corpus.ts";
import { nativeResults } from "../support/native_libbpf.ts";
import { makeSeed, mutate, Random } from "./mutate.ts";

/** What a run over damaged objects gave. */
export interface FuzzResult {
  readonly count: number;
  readonly passed: number;
  /** Damaged objects that were refused, by rule. */
  readonly refused: ReadonlyMap<string, number>;
  /** Errors that are not ours, with the object's number. */
  readonly strays: readonly string[];
  /** Refusals without a place or reason. */
  readonly unexplained: readonly string[];
  readonly slowestMs: number;
  /** Objects that passed the gate and killed native libbpf. */
  readonly crashes: readonly Uint8Array[];
}

/** Objects per child process of native libbpf. */
const BATCH = 2000;

/** What the gate says of one damaged object: the broken rule, or undefined when it passed. */
function judge(bytes: Uint8Array, unexplained: string[]): string | undefined {
  const { isValid, findings: [first] } = validateObject(bytes);
  try {
    gateObject(bytes);
    return isValid ? undefined : first?.rule;
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    const isInside = error.offset >= 0 && error.offset <= Math.max(bytes.length, 64);
    if (!isInside || error.message === "" || isValid) unexplained.push(error.message);
    return error.rule;
  }
}

async function crashesOf(objects: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const results = await nativeResults(objects);
  return objects.filter((_, index) => results[index] === "crashed");
}

/**
 * Runs the fuzzer.
 *
 * @param count Objects to damage.
 * @param seed Start of the random numbers.
 */
export async function fuzzGate(count: number, seed: number): Promise<FuzzResult> {
  const random = new Random(seed);
  const seeds = corpusObjects().map(({ name, bytes }) => makeSeed(name, bytes));
  const refused = new Map<string, number>();
  const strays: string[] = [];
  const unexplained: string[] = [];
  const crashes: Uint8Array[] = [];
  let batch: Uint8Array[] = [];
  let passed = 0;
  let slowestMs = 0;
  for (let n = 0; n < count; n++) {
    const bytes = mutate(random, random.pick(seeds));
    const before = performance.now();
    try {
      const rule = judge(bytes, unexplained);
      if (rule === undefined) batch.push(bytes);
      else refused.set(rule, (refused.get(rule) ?? 0) + 1);
    } catch (error) {
      strays.push(`${n}: ${error}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - before);
    if (batch.length < BATCH && n + 1 < count) continue;
    passed += batch.length;
    crashes.push(...await crashesOf(batch));
    batch = [];
  }
  return { count, passed, refused, strays, unexplained, slowestMs, crashes };
}

if (import.meta.main) {
  const [count = "200000", seed = "1"] = Deno.args;
  const result = await fuzzGate(Number(count), Number(seed));
  const { refused, crashes, ...rest } = result;
  console.log({ ...rest, refused: Object.fromEntries(refused), crashes: crashes.length });
  crashes.forEach((bytes, n) => Deno.writeFileSync(`crash-${n}.o`, bytes));
  Deno.exitCode = crashes.length + result.strays.length + result.unexplained.length > 0 ? 1 : 0;
}
