import { deepStrictEqual, ok } from "node:assert/strict";
import { Random } from "./random.ts";

const numbers = (seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: 100 }, () => random.below(10));
};

Deno.test("Random repeats itself for the same seed only", () => {
  deepStrictEqual(numbers(7), numbers(7));
  ok(numbers(7).join() !== numbers(8).join());
});

Deno.test("Random reaches every number below its limit", () => {
  deepStrictEqual([...new Set(numbers(1))].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("Random.some() chooses at least one", () => {
  const random = new Random(3);
  ok(Array.from({ length: 50 }, () => random.some([1, 2])).every(({ length }) => length > 0));
});
