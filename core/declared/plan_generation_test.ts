import { deepStrictEqual, notStrictEqual, strictEqual, throws } from "node:assert/strict";
import {
  APP,
  declaredLink,
  declaredProgram,
  sampleApplication,
  sampleObject,
  samplePlan,
  wanted,
  XDP,
} from "../../tests/support/declared.ts";
import { storeState } from "../../tests/support/records.ts";
import { digestOfApplication } from "./digest.ts";
import { isUnchanged, type PlanFacts } from "./plan.ts";
import type { Generation } from "./types.ts";

const ONE = storeState([declaredProgram(10)], [declaredLink(1, 10)]);

Deno.test("planApplication() begins with generation 1, and counts on", () => {
  const first = samplePlan([wanted([XDP])], storeState([])).generation;
  strictEqual(first.number, 1);
  strictEqual(first.isDeleted, false);
  strictEqual(first.digest, digestOfApplication(first.application));
  const second = samplePlan([wanted([])], ONE, { last: first }).generation;
  strictEqual(second.number, 2);
  notStrictEqual(second.digest, first.digest);
});

Deno.test("planApplication() of what is there already has no new generation and nothing to do", () => {
  const last = samplePlan([wanted([XDP])], storeState([])).generation;
  const later = { last, createdAt: "2027-01-01T00:00:00.000Z", createdBy: "somebody" };
  const again = samplePlan([wanted([XDP])], ONE, later);
  strictEqual(again.generation, last);
  strictEqual(isUnchanged(again, last), true);
});

Deno.test("planApplication() of what was taken away has steps and the same generation", () => {
  const last = samplePlan([wanted([XDP])], storeState([])).generation;
  const drifted = samplePlan([wanted([XDP])], storeState([declaredProgram(10)]), { last });
  strictEqual(drifted.generation, last);
  strictEqual(isUnchanged(drifted, last), false);
});

const NEW_GENERATION: readonly (readonly [string, Partial<PlanFacts>])[] = [
  ["another owner", { owner: "ops" }],
  ["another object", { object: sampleObject({ objectDigest: "sha256:99" }) }],
  ["another digest let in unsigned", { object: sampleObject({ allowedUnsigned: ["sha256:1"] }) }],
  ["another label", { desired: sampleApplication(APP, { labels: { tier: "edge" } }) }],
];

for (const [what, more] of NEW_GENERATION) {
  Deno.test(`planApplication() makes a generation for ${what}`, () => {
    const { programs: _, ...base } = sampleApplication(APP);
    const desired = { ...base, programs: [wanted([XDP])] };
    const last = samplePlan(desired.programs, storeState([])).generation;
    const changed = more.desired === undefined || more.desired === null
      ? more
      : { ...more, desired: { ...more.desired, programs: desired.programs } };
    strictEqual(samplePlan(desired.programs, ONE, { last, ...changed }).generation.number, 2);
  });
}

Deno.test("planApplication() writes down which generation it goes back to", () => {
  const first = samplePlan([wanted([XDP])], storeState([])).generation;
  const second = samplePlan([wanted([])], ONE, { last: first }).generation;
  const back = samplePlan([wanted([XDP])], ONE, { last: second, rollbackOf: 1 }).generation;
  strictEqual(back.number, 3);
  strictEqual(back.rollbackOf, 1);
  strictEqual(back.digest, first.digest);
});

Deno.test("planApplication() of a removal keeps what the object was", () => {
  const last = samplePlan([wanted([XDP])], storeState([])).generation;
  const removal = samplePlan(null, ONE, { last }).generation;
  strictEqual(removal.number, 2);
  strictEqual(removal.isDeleted, true);
  deepStrictEqual(removal.application.programs, []);
  deepStrictEqual(removal.object, last.object);
  const again = samplePlan(null, storeState([]), { last: removal });
  strictEqual(isUnchanged(again, removal), true);
  const anew = samplePlan([wanted([XDP])], storeState([]), { last: removal }).generation;
  strictEqual(anew.number, 3);
  strictEqual(anew.isDeleted, false);
});

Deno.test("planApplication() of a removal tells by rows what a lost generation said", () => {
  const removal: Generation = samplePlan(null, ONE).generation;
  strictEqual(removal.isDeleted, true);
  strictEqual(removal.application.name, APP);
  strictEqual(removal.object.objectDigest, sampleObject().objectDigest);
});

Deno.test("planApplication() refuses to remove an application that nobody knows", () => {
  throws(() => samplePlan(null, storeState([])), { code: "application-not-found" });
});
