/**
 * Runs the sweep and the crowd, and writes the tables of `docs/reliability.md`:
 *
 *     deno run -A tests/faults/main.ts [--stride N] [--front-stride N] [--error-stride N]
 *       [--verb WORD] [--fault WORD] [--point N] [--only sweep|crowd] [--results FILE]
 *
 * A stride of 1 tries every system call that changes something. With `--verb`, `--fault` or `--point`
 * the table is printed and not written. `--results` keeps the results of a part; with `--only page`
 * those of several files become the table. `BPFMAN_CONTENTION_SECONDS` is how long the crowd works.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ROOT } from "../support/cli.ts";
import { contend, describeContention } from "../support/contention.ts";
import { crowdTable } from "./crowd.ts";
import { Shop } from "./shop.ts";
import { everyPoint, sweep, type SweepResult } from "./sweep.ts";
import { type Strides, tableOf, withPart } from "./table.ts";
import { type Fault, FAULTS } from "./trace.ts";
import { VERBS } from "./verbs.ts";

const PAGE = `${ROOT}docs/reliability.md`;
const CROWD = 50;

/** What is swept. */
interface Wanted {
  readonly strides: Strides;
  readonly verb: string;
  readonly fault: string;
  /** One point alone; 0 for those of the strides. */
  readonly point: number;
  /** Told the results so far, after each verb. */
  readonly keep: (results: readonly SweepResult[]) => void;
}

function strideOf(fault: Fault, { kill, front, error }: Strides): number {
  if (fault === "KILL") return kill;
  return fault === "KILL of the front" ? front : error;
}

function tell({ fault, verb, calls, hits, missed, outcomes, failures }: SweepResult): void {
  console.log(
    `${fault}, ${verb}: ${hits.length} of ${calls.length} hit, ${missed} missed, ` +
      `${JSON.stringify(outcomes)}, ${failures.length} failures`,
  );
  for (const { harm, words } of failures) console.log(`  ${harm}: ${words}`);
}

async function sweepAll({ strides, point, keep, ...wanted }: Wanted): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  await using shop = await Shop.open();
  for (const fault of FAULTS.filter((fault) => fault.includes(wanted.fault))) {
    const choose = point === 0 ? everyPoint(strideOf(fault, strides)) : () => [point];
    for (const [name, verb] of Object.entries(VERBS)) {
      if (!name.includes(wanted.verb)) continue;
      if (fault === "KILL of the front" && verb.hasFront !== true) continue;
      const result = await sweep(shop, { name, verb, fault, choose });
      tell(result);
      results.push(result);
      keep(results);
    }
  }
  return results;
}

function write(name: string, text: string): void {
  Deno.writeTextFileSync(PAGE, withPart(Deno.readTextFileSync(PAGE), name, text));
}

async function runCrowd(): Promise<void> {
  const seconds = Number(Deno.env.get("BPFMAN_CONTENTION_SECONDS") ?? "60");
  const runs = [];
  for (const mode of ["library", "commands"] as const) {
    const run = await contend({ workers: CROWD, seconds, mode });
    console.log(`${mode}: ${describeContention(run)}`);
    runs.push(run);
  }
  write("crowd", crowdTable(runs));
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stride: { type: "string", default: "2" },
      "front-stride": { type: "string", default: "40" },
      "error-stride": { type: "string", default: "8" },
      verb: { type: "string", default: "" },
      fault: { type: "string", default: "" },
      point: { type: "string", default: "0" },
      only: { type: "string", default: "" },
      results: { type: "string", multiple: true, default: [] },
    },
  });
  const strides: Strides = {
    kill: Number(values.stride),
    front: Number(values["front-stride"]),
    error: Number(values["error-stride"]),
  };
  const { verb, fault, only } = values;
  const point = Number(values.point);
  const isWhole = verb === "" && fault === "" && point === 0;
  if ((only === "" || only === "crowd") && isWhole) await runCrowd();
  if (only === "crowd") return 0;
  const [kept] = values.results;
  const keep: Wanted["keep"] = (results) => {
    if (kept !== undefined) Deno.writeTextFileSync(kept, JSON.stringify(results));
  };
  const results = only === "page"
    ? values.results.flatMap((path): SweepResult[] => JSON.parse(Deno.readTextFileSync(path)))
    : await sweepAll({ strides, verb, fault, point, keep });
  if (isWhole) write("faults", tableOf(results, strides));
  else console.log(tableOf(results, strides));
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
