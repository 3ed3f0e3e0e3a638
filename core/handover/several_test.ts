import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Admission } from "../admission/types.ts";
import { digestOfArguments, sha256Of } from "./digest.ts";
import { encodeHandover } from "./encode.ts";
import { areSeveral, decodeEach, encodeSeveral, type KeyedPlan, MAX_OBJECTS } from "./several.ts";

const ARGS = ["apply", "-f", "app.yaml"];
const KEYS = ["shop", "team/web"];
const FACTS = { args: ARGS, phases: [["read", 1]] as const };

async function planOf(key: string, byte: number): Promise<KeyedPlan> {
  const bytes = new Uint8Array([0x7f, byte]);
  const objectDigest = await sha256Of(bytes);
  const admission: Admission = {
    source: { kind: "file", path: `/${key}.o`, digest: objectDigest },
    objectDigest,
    signer: null,
    decision: { allowed: true, reason: "", scope: "file:", rule: "scopes", where: "built-in" },
    warnings: [],
  };
  return { key, object: { path: `/${key}.o`, bytes }, admission };
}

const plans = async () => [await planOf("shop", 1), await planOf("team/web", 2)];

async function mustRefuse(bytes: Uint8Array<ArrayBuffer>, why: RegExp, keys = KEYS, args = ARGS) {
  await rejects(decodeEach(bytes, args, keys), (error: Error) => {
    equal("code" in error ? error.code : "", "plan-broken", `${error.stack}`);
    equal(why.test(error.message), true, error.message);
    return true;
  });
}

Deno.test("decodeEach() gives back what encodeSeveral() was given", async () => {
  const bytes = await encodeSeveral(await plans(), FACTS);
  equal(areSeveral(bytes), true);
  const wanted = (await plans()).map((plan) => ({ ...plan, phases: FACTS.phases }));
  deepEqual(await decodeEach(bytes, ARGS, KEYS), wanted);
  deepEqual(await decodeEach(await encodeSeveral([], FACTS), ARGS, []), []);
});

Deno.test("several plans with any single bit changed are refused", async () => {
  const bytes = await encodeSeveral(await plans(), FACTS);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
    await mustRefuse(damaged, /./);
  }
});

Deno.test("several plans that were cut anywhere, or are followed by something, are refused", async () => {
  const bytes = await encodeSeveral(await plans(), FACTS);
  for (let length = 0; length < bytes.length; length++) {
    await mustRefuse(bytes.slice(0, length), /none|first bytes|in its lengths|were sealed/);
  }
  await mustRefuse(new Uint8Array([...bytes, 0]), /were sealed/);
});

Deno.test("an object is taken for no other application, and for no other arguments", async () => {
  const bytes = await encodeSeveral(await plans(), FACTS);
  await mustRefuse(bytes, /other arguments/, [...KEYS].reverse());
  await mustRefuse(bytes, /other arguments/, ["shop", "team/other"]);
  await mustRefuse(bytes, /other arguments/, KEYS, ["plan", "-f", "app.yaml"]);
  await mustRefuse(bytes, /2 objects where 1 are wanted/, ["shop"]);
  await mustRefuse(bytes, /2 objects where 3 are wanted/, [...KEYS, "more"]);
});

Deno.test("one plan is not taken for several", async () => {
  const [plan] = await plans();
  if (plan === undefined) throw new Error("Cannot test: there is no plan");
  const { key: _, ...parts } = plan;
  const argumentsDigest = await digestOfArguments(ARGS);
  const one = await encodeHandover({ kind: "plan", argumentsDigest, phases: [], ...parts });
  equal(areSeveral(one), false);
  await mustRefuse(one, /none for several/);
});

Deno.test("more objects than may be handed over are refused by both sides", async () => {
  const plan = await planOf("shop", 1);
  const all = Array.from({ length: MAX_OBJECTS + 1 }, () => plan);
  await rejects(encodeSeveral(all, FACTS), /at most 64/);
  const bytes = await encodeSeveral([plan], FACTS);
  new DataView(bytes.buffer).setUint32(8, MAX_OBJECTS + 1, true);
  await mustRefuse(bytes, /65 objects: at most 64/);
});

Deno.test("decodeEach() gives the reasons of those that were left out", async () => {
  const [plan] = await plans();
  if (plan === undefined) throw new TypeError("Cannot go on without a plan");
  const refusal = { exitCode: 4, code: "image-unsigned", message: "Nobody signed", refused: null };
  const bytes = await encodeSeveral([plan, { key: "team/web", refusal }], FACTS);
  const { phases } = FACTS;
  deepEqual(await decodeEach(bytes, ARGS, KEYS), [
    { ...plan, phases },
    { key: "team/web", refusal, phases },
  ]);
  await rejects(decodeEach(bytes, ARGS, ["shop", "other"]), /other arguments/);
});
