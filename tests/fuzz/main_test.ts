import { deepEqual, throws } from "node:assert/strict";
import { parseRun } from "./main.ts";

Deno.test("parseRun() reads count and seed, and has defaults for both", () => {
  deepEqual(parseRun([]), { count: 200_000, seed: 1 });
  deepEqual(parseRun(["500"]), { count: 500, seed: 1 });
  deepEqual(parseRun(["500", "7"]), { count: 500, seed: 7 });
});

Deno.test("parseRun() refuses what is no number, and more than two arguments", () => {
  for (const args of [["0"], ["-1"], ["many"], ["5", "1e3"], ["5", "1", "2"]]) {
    throws(() => parseRun(args), /Cannot use/, args.join(" "));
  }
});
