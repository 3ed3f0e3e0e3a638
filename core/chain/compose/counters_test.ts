import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { assignCounters } from "./counters.ts";

Deno.test("assignCounters() keeps what links have, and gives free counters to new ones", () => {
  const live = new Set([1, 2, 3]);
  deepStrictEqual(assignCounters([2, 0, 1, 0], { wanted: [1, 3, 2], live }), [2, 3, 1, 0]);
});

Deno.test("assignCounters() leaves a counter alone while packets meet its link", () => {
  // link 1 is not wanted any more, but the chain that runs now still has it
  const owners = assignCounters([1, 2], { wanted: [2, 3], live: new Set([1, 2, 3]) });
  strictEqual(owners, null);
  deepStrictEqual(assignCounters([1, 2], { wanted: [2, 3], live: new Set([2, 3]) }), [3, 2]);
});
