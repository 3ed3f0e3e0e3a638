/**
 * The sweep with few points: two kills and one error for each verb, and one kill of each front.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { kernelTest, type Need } from "../support/requires.ts";
import { Shop } from "./shop.ts";
import { type ChoosePoints, spreadPoints, sweep, type SweepResult } from "./sweep.ts";
import { ERRNO, type Fault } from "./trace.ts";
import { VERBS } from "./verbs.ts";

const NEEDS: readonly Need[] = [
  ...["root", "bpffs", "tracefs"] as const,
  ...["command:bpftool", "command:clang-19", "command:ip", "command:tc"] as const,
];
const KILLS = 2;
const ERRORS = Object.keys(ERRNO) as (keyof typeof ERRNO)[];

/** Points of errors are fewer than those of kills, which are counted: this many of ten are there. */
const TENTHS = 4;

/** One point for each verb, at another place each time. */
function onePoint(at: number): ChoosePoints {
  return (count) => [1 + Math.floor(count * (1 + at % TENTHS) / 10)];
}

function check(result: SweepResult, points: number): void {
  const { hits, missed, failures } = result;
  deepStrictEqual(failures.map(({ harm, words }) => `${harm}: ${words}`), []);
  deepStrictEqual([hits.length, missed], [points, 0], `${result.fault}: points`);
}

Object.entries(VERBS).forEach(([name, verb], at) => {
  kernelTest(`faults: ${name} is killed or disturbed, and nothing is lost`, NEEDS, async () => {
    await using shop = await Shop.open();
    const killed = await sweep(shop, { name, verb, fault: "KILL", choose: spreadPoints(KILLS) });
    check(killed, KILLS);
    ok(killed.calls.includes("S") && killed.calls.includes("L"), "start and loader have points");
    const error: Fault = ERRORS[at % ERRORS.length] ?? "EIO";
    // an undisturbed run is enough for both
    for (const sort of ["error", "EMFILE"]) {
      shop.undisturbed.set(`${name}, ${sort}`, { calls: killed.calls, end: killed.end });
    }
    check(await sweep(shop, { name, verb, fault: error, choose: onePoint(at) }), 1);
    if (verb.hasFront !== true) return;
    const fault = "KILL of the front";
    const front = await sweep(shop, { name, verb, fault, choose: onePoint(at) });
    check(front, 1);
    strictEqual(front.outcomes.undone, 1, "nothing is loaded without a front");
  });
});
