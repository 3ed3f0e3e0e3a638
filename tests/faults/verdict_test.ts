import { strictEqual, throws } from "node:assert/strict";
import { type Expectation, HarmError, outcomeOf, type Picture } from "./verdict.ts";

const picture = (all: Record<string, string[]>): Picture => new Map(Object.entries(all));
const BEFORE = picture({ "old a": ["xdp 5", "xdp 6"] });
const KILLED = { code: 137, hit: 3 };

function expectation(more: Partial<Expectation> = {}): Expectation {
  return { before: BEFORE, after: picture({}), isGradual: false, ...more };
}

Deno.test("outcomeOf() tells done from undone", () => {
  strictEqual(outcomeOf(picture({}), expectation(), KILLED), "done");
  strictEqual(outcomeOf(BEFORE, expectation(), KILLED), "undone");
});

Deno.test("outcomeOf() takes half of the way only where a verb may stop there", () => {
  const half = picture({ "old a": ["xdp 6"] });
  strictEqual(outcomeOf(half, expectation({ isGradual: true }), KILLED), "on the way");
  throws(() => outcomeOf(half, expectation(), KILLED), HarmError);
  const foreign = picture({ "old a": ["xdp 7"] });
  throws(() => outcomeOf(foreign, expectation({ isGradual: true }), KILLED), HarmError);
});

Deno.test("outcomeOf() does not believe a command that says done and is not", () => {
  throws(() => outcomeOf(BEFORE, expectation(), { code: 0, hit: 3 }), /Cannot believe/);
});
