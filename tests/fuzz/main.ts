/**
 * The long run of the fuzzers: damaged objects against the gate and native libbpf, then damaged
 * objects that pass the gate against the module. Equal arguments damage equal objects.
 *
 *     deno task fuzz                  200,000 objects, seed 1
 *     deno task fuzz 50000 20261122   so many objects, with that seed
 *
 * Objects that kill native libbpf are written into `.output/fuzz`. Exit codes: 0 nothing was found,
 * 1 something was, 2 wrong usage.
 *
 * @module
 */
import { fuzzGate, type FuzzResult } from "./gate_fuzz.ts";
import { fuzzModule } from "./wasm_fuzz.ts";

const CRASHES = new URL("../../.output/fuzz/", import.meta.url).pathname;
const DEFAULT_COUNT = 200_000;
const DEFAULT_SEED = 1;
/** Of so many objects, one goes to the module: it takes the longest. */
const MODULE_SHARE = 5;
/** Objects of the module that are held in memory at once. */
const MODULE_BATCH = 2000;

/** How much is fuzzed. */
export interface FuzzRun {
  readonly count: number;
  readonly seed: number;
}

/** Reads the arguments: `[COUNT [SEED]]`. */
export function parseRun(args: readonly string[]): FuzzRun {
  const [count = DEFAULT_COUNT, seed = DEFAULT_SEED] = args.map((arg) => {
    if (/^[1-9]\d{0,8}$/.test(arg)) return Number(arg);
    throw new Error(`Cannot use "${arg}": the arguments are COUNT and SEED, whole numbers`);
  });
  if (args.length > 2) throw new Error(`Cannot use "${args[2]}": the arguments are COUNT and SEED`);
  return { count, seed };
}

async function runGate({ count, seed }: FuzzRun): Promise<number> {
  const result: FuzzResult = await fuzzGate(count, seed);
  const { passed, refused, strays, unexplained, crashes, slowestMs } = result;
  console.log(
    `gate: ${count} objects: ${passed} passed, ${
      count - passed
    } refused by ${refused.size} rules, ` +
      `${strays.length} other errors, ${unexplained.length} unexplained refusals, ` +
      `${crashes.length} crashes of native libbpf, slowest ${slowestMs.toFixed(0)} ms`,
  );
  for (const line of [...strays, ...unexplained].slice(0, 20)) console.log(`  ${line}`);
  if (crashes.length > 0) Deno.mkdirSync(CRASHES, { recursive: true });
  crashes.forEach((bytes, n) => Deno.writeFileSync(`${CRASHES}crash-${seed}-${n}.o`, bytes));
  return strays.length + unexplained.length + crashes.length;
}

function runModule({ count, seed }: FuzzRun): number {
  const wanted = Math.ceil(count / MODULE_SHARE);
  const failures: string[] = [];
  let [done, opened, slowestMs] = [0, 0, 0];
  for (let batch = 0; done < wanted; batch++) {
    const size = Math.min(MODULE_BATCH, wanted - done);
    const result = fuzzModule(size, seed * 1000 + batch);
    if (result.count !== size) {
      throw new Error(`Cannot damage ${size} objects: ${result.count} are`);
    }
    done += size;
    opened += result.opened;
    slowestMs = Math.max(slowestMs, result.slowestMs);
    failures.push(...result.failures);
  }
  console.log(
    `module: ${done} objects that pass the gate: ${opened} opened, ${done - opened} refused or ` +
      `failed, ${failures.length} traps and other failures, slowest ${slowestMs.toFixed(0)} ms`,
  );
  for (const line of failures.slice(0, 20)) console.log(`  ${line}`);
  return failures.length;
}

if (import.meta.main) {
  try {
    const run = parseRun(Deno.args);
    const found = await runGate(run) + runModule(run);
    Deno.exit(found === 0 ? 0 : 1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
