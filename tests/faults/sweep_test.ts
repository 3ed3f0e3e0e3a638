import { deepStrictEqual, ok } from "node:assert/strict";
import { kernelTest } from "../support/requires.ts";
import { FaultScene } from "./scene.ts";
import { sweep } from "./sweep.ts";
import { VERBS } from "./verbs.ts";

const NEEDS = [
  ...["root", "bpffs", "tracefs"] as const,
  ...["command:bpftool", "command:ip", "command:clang-19"] as const,
] as const;
/** Every how many calls a command is killed; `deno task faults` tries all. */
const STRIDE = 40;
/** Time for all verbs; whoever is slower tries fewer points. */
const LONGEST_MS = 60_000;

kernelTest("commands killed at system calls leave what the next one mends", NEEDS, async (t) => {
  await using scene = await FaultScene.make();
  // another sample each day
  const first = 1 + Math.floor(Date.now() / 86_400_000) % STRIDE;
  const end = performance.now() + LONGEST_MS;
  const verbs = Object.entries(VERBS);
  for (const [at, [verb, prepare]] of verbs.entries()) {
    const share = (end - performance.now()) / (verbs.length - at);
    const deadline = performance.now() + share;
    const options = { verb, prepare, fault: "KILL", stride: STRIDE, first, deadline } as const;
    await t.step(`${verb}, from call ${first}`, async () => {
      const { points, failures } = await sweep(scene, options);
      deepStrictEqual(failures, []);
      ok(points > 0, "no point was tried");
    });
  }
});
