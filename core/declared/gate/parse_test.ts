import { deepStrictEqual, throws } from "node:assert/strict";
import { parseGate } from "./parse.ts";

Deno.test("parseGate() reads a time and conditions", () => {
  deepStrictEqual(parseGate("30s,aborted==0,ns_per_run<500,runs>0"), {
    text: "30s,aborted==0,ns_per_run<500,runs>0",
    durationMs: 30_000,
    conditions: [
      { text: "aborted==0", metric: "aborted", comparator: "==", value: 0 },
      { text: "ns_per_run<500", metric: "ns_per_run", comparator: "<", value: 500 },
      { text: "runs>0", metric: "runs", comparator: ">", value: 0 },
    ],
  });
});

Deno.test("parseGate() reads minutes, blanks, fractions and any order", () => {
  deepStrictEqual(parseGate("runs != 3 , 2m, ns_per_run <= 12.5"), {
    text: "runs != 3 , 2m, ns_per_run <= 12.5",
    durationMs: 120_000,
    conditions: [
      { text: "runs!=3", metric: "runs", comparator: "!=", value: 3 },
      { text: "ns_per_run<=12.5", metric: "ns_per_run", comparator: "<=", value: 12.5 },
    ],
  });
});

const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  ["", /empty part/],
  ["30s,", /empty part/],
  ["30s", /no condition/],
  ["aborted==0", /how long/],
  ["30s,1m,runs>0", /several times/],
  ["30,runs>0", /"30" has no unit/],
  ["30h,runs>0", /unit "h"/],
  ["0s,runs>0", /not between 1s and 60m/],
  ["61m,runs>0", /not between 1s and 60m/],
  ["30s,runs=0", /neither a time nor a condition/],
  ["30s,runs>-1", /neither a time nor a condition/],
  ["30s,runs", /neither a time nor a condition/],
  ["30s,dropped==0", /"dropped" cannot be measured: what can are runs, ns_per_run, aborted/],
  ["30s,toString>0", /"toString" cannot be measured/],
  [`30s,runs>${"9".repeat(20)}`, /too large/],
];

for (const [text, why] of REFUSED) {
  Deno.test(`parseGate() refuses "${text}"`, () => {
    throws(() => parseGate(text), { code: "usage", message: why });
  });
}

Deno.test("parseGate() suggests what was meant", () => {
  throws(() => parseGate("30s,abortd==0"), { hint: 'Did you mean "aborted"?' });
});
