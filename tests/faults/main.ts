/**
 * Runs the sweep and writes the tables of `docs/reliability.md`:
 *
 *     deno run -A tests/faults/main.ts [--stride N] [--front-stride N] [--error-stride N]
 *       [--verb WORD] [--fault WORD] [--point N]
 *
 * A stride of 1 tries every system call that changes something. With `--verb` or `--fault` nothing
 * is written.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ROOT } from "../support/cli.ts";
import { Shop } from "./shop.ts";
import { everyPoint, sweep, type SweepResult } from "./sweep.ts";
import { type Strides, tableOf, withPart } from "./table.ts";
import { type Fault, FAULTS } from "./trace.ts";
import { VERBS } from "./verbs.ts";

function strideOf(fault: Fault, { kill, front, error }: Strides): number {
  if (fault === "KILL") return kill;
  return fault === "KILL of the front" ? front : error;
}

/** What is swept. */
interface Wanted {
  readonly strides: Strides;
  readonly verb: string;
  readonly fault: string;
  /** One point alone; 0 for those of the strides. */
  readonly point: number;
}

async function sweepAll({ strides, ...wanted }: Wanted): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  await using shop = await Shop.open();
  for (const fault of FAULTS.filter((fault) => fault.includes(wanted.fault))) {
    const choose = wanted.point === 0 ? everyPoint(strideOf(fault, strides)) : () => [wanted.point];
    for (const [name, verb] of Object.entries(VERBS)) {
      if (!name.includes(wanted.verb)) continue;
      if (fault === "KILL of the front" && verb.hasFront !== true) continue;
      const begun = performance.now();
      const result = await sweep(shop, { name, verb, fault, choose });
      const { calls, hits, missed, outcomes, failures } = result;
      console.log(
        `${fault}, ${name}: ${hits.length} of ${calls.length} hit, ${missed} missed, ` +
          `${JSON.stringify(outcomes)}, ${failures.length} failures, ` +
          `${Math.round((performance.now() - begun) / 1000)} s`,
      );
      for (const { harm, words } of failures) console.log(`  ${harm}: ${words}`);
      results.push(result);
    }
  }
  return results;
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
    },
  });
  const strides: Strides = {
    kill: Number(values.stride),
    front: Number(values["front-stride"]),
    error: Number(values["error-stride"]),
  };
  const { verb, fault } = values;
  const results = await sweepAll({ strides, verb, fault, point: Number(values.point) });
  if (verb === "" && fault === "") {
    const page = `${ROOT}docs/reliability.md`;
    const text = withPart(Deno.readTextFileSync(page), "faults", tableOf(results, strides));
    Deno.writeTextFileSync(page, text);
  } else console.log(tableOf(results, strides));
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
