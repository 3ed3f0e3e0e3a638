import { equal, throws } from "node:assert/strict";
import { comparable, compare, outcomeOf, tallies } from "./compare.ts";
import { type LoadResult, parseResults } from "./loader.ts";

function result(code: number | undefined, remark = ""): LoadResult {
  return { object: "o", program: "p", result: code, remark };
}

Deno.test("outcomeOf() puts predictions and results together", () => {
  equal(outcomeOf("loads", result(0)), "trueLoads");
  equal(outcomeOf("loads", result(-22)), "falseLoads");
  equal(outcomeOf("loads", result(undefined)), "falseLoads");
  equal(outcomeOf("rejected", result(-22)), "trueRejected");
  equal(outcomeOf("rejected", result(0)), "falseRejected");
  equal(outcomeOf("depends", result(-22)), "open");
  equal(outcomeOf("beyond", result(0)), "open");
  equal(outcomeOf("loads", result(-1)), "notAllowed");
});

Deno.test("outcomeOf() takes as the verifier's own only what the verifier found in the code", () => {
  const own = "R1 offset is outside of the packet|processed 2 insns (limit 1000000)";
  equal(outcomeOf("loads", result(-13, own)), "verifier");
  const poison = "invalid func unknown#195896080|processed 4 insns (limit 1000000)";
  equal(outcomeOf("loads", result(-22, poison)), "falseLoads");
  const helper = "cannot call GPL-restricted function|processed 4 insns (limit 1000000)";
  equal(outcomeOf("loads", result(-22, helper)), "falseLoads");
  equal(outcomeOf("loads", result(-22, "libbpf: failed to load object")), "falseLoads");
});

Deno.test("compare() wants a verdict for every program", () => {
  throws(() => compare("o", { kernel: "k", programs: [] }, [result(0)]), /no verdict/);
});

Deno.test("tallies() counts by kernel, and comparable() leaves out what is open", () => {
  const verdict = (kernel: string) => ({
    kernel,
    programs: [
      {
        program: "p",
        section: "xdp",
        answer: "loads",
        reasons: [],
        remarks: [],
        absentOptional: 0,
      } as const,
    ],
  });
  const all = [
    ...compare("o", verdict("a"), [result(0), result(-22), result(-1)]),
    ...compare("o", verdict("b"), [result(0)]),
  ];
  const [a, b] = tallies(all);
  equal(a?.trueLoads, 1);
  equal(a?.falseLoads, 1);
  equal(a?.notAllowed, 1);
  equal(a && comparable(a), 2);
  equal(b && comparable(b), 1);
});

Deno.test("parseResults() reads numbers and deaths", () => {
  const [first, second] = parseResults("/o\tp\t-22\twhy | not\n/o\tq\tsignal 11\t\n");
  equal(first?.result, -22);
  equal(first?.remark, "why | not");
  equal(second?.result, undefined);
});
