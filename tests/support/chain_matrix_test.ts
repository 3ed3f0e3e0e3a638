import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { casesOf, LENGTHS, shapesOf } from "./chain_matrix.ts";

for (const kind of ["xdp", "tc"] as const) {
  Deno.test(`the ${kind} matrix has at least 500 combinations, and no two alike`, () => {
    const all = shapesOf(kind, LENGTHS).flatMap((shape) =>
      casesOf(kind, shape).map(({ returns }) => JSON.stringify([shape.proceedOn, returns]))
    );
    ok(all.length >= 500, `${all.length} combinations`);
    ok(new Set(all).size >= 500, `${new Set(all).size} different ones`);
  });

  Deno.test(`the ${kind} matrix ends chains at every position, and none`, () => {
    for (const shape of shapesOf(kind, LENGTHS)) {
      const length = shape.proceedOn.length;
      const ends = casesOf(kind, shape).map(({ expected, returns }): number | string =>
        expected.ran === length && shape.proceedOn[length - 1]?.includes(returns[length - 1] ?? 0)
          ? "never"
          : expected.ran
      );
      const wanted = [...Array.from({ length }, (_, at) => at + 1), "never"];
      deepStrictEqual(wanted.filter((end) => !ends.includes(end)), [], shape.name);
    }
  });
}

Deno.test("a case stops where the model says, with that member's code", () => {
  const shape = { name: "", proceedOn: [[2], [2], [2]] };
  const found = casesOf("xdp", shape).find(({ returns }) => returns[1] === 34);
  strictEqual(found?.returns[0], 2);
  deepStrictEqual(found?.expected, { code: 34, ran: 2 });
});
