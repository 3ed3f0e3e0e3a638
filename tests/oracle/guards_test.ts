import { deepEqual, ok } from "node:assert/strict";
import { guardSource } from "../fuzz/guards.ts";
import { Random } from "../fuzz/mutate.ts";
import { compile, type CompileOptions } from "../support/compile.ts";
import { corpusObjects } from "../support/corpus.ts";
import { hostProfile } from "../support/host_profile.ts";
import {
  compareObject,
  type Comparison,
  comparisonText,
  isKeptOut,
  isWrong,
} from "../support/predictions.ts";

/**
 * Programs of the corpus that the verifier refuses for what it alone can tell, and why: the
 * fixture reads packets without a check of bounds.
 */
const VERIFIER_ONLY: ReadonlyMap<string, RegExp> = new Map([
  ["xdp_unchecked", /outside of the packet/],
  ["xdp_broken", /outside of the packet/],
]);

function isExplained({ program, said }: Comparison): boolean {
  return VERIFIER_ONLY.get(program)?.test(said) ?? false;
}

Deno.test("checkObject() predicts what this kernel makes of the corpus", async () => {
  const profile = await hostProfile();
  const all: Comparison[] = [];
  for (const object of corpusObjects()) all.push(...await compareObject(object, profile));
  const wrong = all.filter((entry) => isWrong(entry) && !isExplained(entry));
  deepEqual(wrong.map(comparisonText), []);
  const compared = all.filter((entry) => !isKeptOut(entry) && !isExplained(entry))
    .filter(({ answer }) => answer === "loads" || answer === "rejected");
  ok(compared.length >= 50, `only ${compared.length} programs were compared`);
});

const PROGRAMS = 30;
const VARIANTS: readonly CompileOptions[] = [
  { cpu: "v2" },
  { cpu: "v3" },
  { cpu: "v4" },
  { cpu: "v3", args: ["-O1"] },
];

Deno.test("checkObject() predicts what this kernel makes of 300 random guards", async () => {
  const profile = await hostProfile();
  const random = new Random(20261122);
  const all: Comparison[] = [];
  for (let n = 0; n < 10; n++) {
    const options = VARIANTS[n % VARIANTS.length] ?? {};
    const args = ["-w", ...(options.args ?? [])];
    const bytes = compile(guardSource(random, PROGRAMS), { ...options, args });
    all.push(...await compareObject({ name: `guards ${n}`, bytes }, profile));
  }
  deepEqual(all.filter(isWrong).map(comparisonText), []);
  // both answers must be among them, or nothing was compared
  ok(all.filter(({ answer }) => answer === "loads").length > 100);
  ok(all.filter(({ answer }) => answer === "rejected").length > 50);
});
