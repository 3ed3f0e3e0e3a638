import { deepEqual, ok } from "node:assert/strict";
import { corpusObjects } from "../support/corpus.ts";
import { nativeResults } from "../support/native_libbpf.ts";
import { fuzzGate } from "./gate_fuzz.ts";
import { makeSeed, mutate, Random } from "./mutate.ts";

/** One run of continuous integration; `gate_fuzz.ts` is the long one. */
const COUNT = 10_000;

Deno.test("runGate() refuses damaged objects with its own error only, and native libbpf survives the rest", async () => {
  const result = await fuzzGate(COUNT, 20261122);
  deepEqual(result.strays, []);
  deepEqual(result.unexplained, []);
  deepEqual(result.crashes.length, 0);
  ok(result.passed > COUNT / 20, `only ${result.passed} objects passed: nothing was tested`);
  ok(result.refused.size > 30, `only ${result.refused.size} rules were met`);
  ok(result.slowestMs < 20_000, `one object took ${result.slowestMs} ms`);
});

Deno.test("mutate() gives the same bytes for the same seed", () => {
  const seeds = corpusObjects().map(({ name, bytes }) => makeSeed(name, bytes));
  function run(): string[] {
    const random = new Random(7);
    return Array.from({ length: 50 }, () => mutate(random, random.pick(seeds)).toHex());
  }
  deepEqual(run(), run());
});

Deno.test("nativeResults() links every sound object of the corpus", async () => {
  const objects = corpusObjects();
  const results = await nativeResults(objects.map(({ bytes }) => bytes));
  const notLinked = objects.filter((_, n) => results[n] === "crashed" || results[n] === "refused");
  deepEqual(notLinked.map(({ name }) => name), []);
});
