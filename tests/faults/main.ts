/**
 * Runs the sweep and writes the table of `docs/reliability.md`:
 *
 *     deno run -A tests/faults/main.ts [--stride N] [--error-stride N] [--verb WORD] [--fault NAME]
 *
 * A stride of 1 tries every system call that changes something. The table is left as it is where not
 * every verb meets every fault.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ROOT } from "../support/cli.ts";
import { FaultScene } from "./scene.ts";
import { sweep, type SweepResult } from "./sweep.ts";
import { tableOf, withTable } from "./table.ts";
import { ERRNO, type Fault } from "./trace.ts";
import { VERBS } from "./verbs.ts";

const FAULTS: readonly Fault[] = ["KILL", ...Object.keys(ERRNO) as (keyof typeof ERRNO)[]];

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stride: { type: "string", default: "1" },
      "error-stride": { type: "string", default: "7" },
      verb: { type: "string", default: "" },
      fault: { type: "string", default: "" },
    },
  });
  const results: SweepResult[] = [];
  await using scene = await FaultScene.make();
  for (const fault of FAULTS) {
    if (!fault.includes(values.fault)) continue;
    const stride = Number(fault === "KILL" ? values.stride : values["error-stride"]);
    for (const [verb, prepare] of Object.entries(VERBS)) {
      if (!verb.includes(values.verb)) continue;
      const result = await sweep(scene, { verb, prepare, fault, stride });
      const { calls, points, failures } = result;
      console.log(`${fault} ${verb}: ${points} of ${calls}, ${failures.length} failures`);
      for (const failure of failures) console.log(`  ${failure}`);
      results.push(result);
    }
  }
  const page = `${ROOT}docs/reliability.md`;
  const strides = { kill: Number(values.stride), error: Number(values["error-stride"]) };
  if (values.verb === "" && values.fault === "") {
    Deno.writeTextFileSync(
      page,
      withTable(Deno.readTextFileSync(page), tableOf(results, strides)),
    );
  }
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
