import { deepEqual, equal, ok } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { POISON, REACH_CASES } from "../../tests/support/reach_cases.ts";
import { gateObject } from "../object/gate.ts";
import { type ReachOptions, reachPoison, type ReachResult } from "./reach.ts";

/** Assembles one function and runs the pass over it. */
function reach(source: string, options: ReachOptions = {}, globals: number[] = []): ReachResult {
  const text = `.globl f\n.type f,@function\nf:\n${source}\nend:\n.size f, end-f\n`;
  const object = gateObject(compile(text, { language: "assembler", cpu: "v4" }));
  const [part] = object.code;
  ok(part !== undefined);
  const { offset, size } = part.section;
  const functions = globals.map((instruction) => ({
    instruction,
    typeId: 0,
    name: "global",
    linkage: 1,
  }));
  const bytes = object.file.bytes.subarray(offset, offset + size);
  return reachPoison({ bytes, references: [], functions }, options);
}

for (const [title, isReached, source] of REACH_CASES) {
  Deno.test(`reachPoison() ${isReached ? "reaches" : "does not reach"} poison behind ${title}`, () => {
    const result = reach(source);
    equal(result.poisoned, 1);
    equal(result.isComplete, true);
    deepEqual(
      result.reached.map(({ kind, isExact }) => [kind, isExact]),
      isReached ? [["core", true]] : [],
    );
  });
}

Deno.test("reachPoison() judges a global function by itself, from the first call or always", () => {
  const called = `r1 = 0\ncall g\nexit\ng:\nif r1 == 0 goto out\n${POISON}\nout:\nr0 = 0\nexit`;
  equal(reach(called).reached.length, 0);
  equal(reach(called, {}, [3]).reached.length, 1);
  const uncalled = called.replace("call g", "r0 = 0");
  equal(reach(uncalled, {}, [3]).reached.length, 0);
  equal(reach(uncalled, { version: 0x060100 }, [3]).reached.length, 1);
});

Deno.test("reachPoison() tells poison of maps and kernel functions apart", () => {
  equal(reach("call 2001000003").reached[0]?.kind, "map");
  equal(reach("call 2002000003").reached[0]?.kind, "kfunc");
  equal(reach("call 5\nexit").poisoned, 0);
});

Deno.test("reachPoison() stops at its bound of steps", () => {
  const result = reach("loop:\ngoto loop", { maxSteps: 1000 });
  deepEqual([result.isComplete, result.steps], [false, 1000]);
});

Deno.test("reachPoison() stops at its bound of states", () => {
  const branches = Array.from({ length: 40 }, (_, n) => `if r1 == ${n} goto out`).join("\n");
  const result = reach(`${branches}\nout:\nexit`, { maxStates: 10 });
  equal(result.isComplete, false);
});

Deno.test("reachPoison() comes to an end where paths double at every branch", () => {
  // 2 to the power of 40 different sums: what differs is given up, and the answer says so
  const doubling = Array.from(
    { length: 40 },
    (_, n) => `r2 <<= 1\nif r1 & ${1 << n % 30} goto +1\nr2 += 1`,
  ).join("\n");
  const source = `r2 = 0\n${doubling}\nif r2 != -1 goto out\n${POISON}\nout:\nexit`;
  const result = reach(source);
  equal(result.isComplete, true);
  deepEqual(result.reached.map(({ isExact }) => isExact), [false]);
  ok(result.steps < 200_000, `${result.steps} steps`);
});

Deno.test("reachPoison() follows the verifier of the kernel's version", () => {
  const immediate = `*(u64 *)(r10 - 8) = 5\nr2 = *(u64 *)(r10 - 8)\nif r2 == 5 goto out\n${POISON}
out:\nexit`;
  const part = immediate.replace("*(u64 *)(r10 - 8) = 5", "r1 = 5\n*(u64 *)(r10 - 8) = r1")
    .replace("r2 = *(u64", "r2 = *(u32");
  const outside = `r1 &= 7\nif r1 != 9 goto out\n${POISON}\nout:\nexit`;
  const negative = `r1 = 5\nr1 = -r1\nif r1 == -5 goto out\n${POISON}\nout:\nexit`;
  const reached = (source: string, version: number) => reach(source, { version }).reached.length;
  deepEqual([reached(immediate, 0x060200), reached(immediate, 0x060300)], [1, 0]);
  deepEqual([reached(part, 0x060800), reached(part, 0x060900)], [1, 0]);
  deepEqual([reached(outside, 0x060300), reached(outside, 0x060400)], [1, 0]);
  deepEqual([reached(negative, 0x061000), reached(negative, 0x061100)], [1, 0]);
});
