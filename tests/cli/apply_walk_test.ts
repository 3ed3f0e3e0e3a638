import { ok } from "node:assert/strict";
import { ApplyScene } from "../support/apply_scene.ts";
import { ApplyWalk } from "../support/apply_walk.ts";
import { Random } from "../support/random.ts";
import { kernelTest, type Need } from "../support/requires.ts";

const NEEDS: readonly Need[] = [
  ...["root", "bpffs", "tcx", "tracefs", "command:bpftool", "command:ip"] as const,
];
/** Others are tried with BPFMAN_WALK_SEEDS=1,2,3. */
const SEEDS = (Deno.env.get("BPFMAN_WALK_SEEDS") ?? "1,2,3,4").split(",");
const STEPS = 15;
const CHECK_EVERY = 5;

for (const seed of SEEDS) {
  kernelTest(
    `applies, rollbacks, deletes and deaths at random (seed ${seed}) end as a fresh apply does`,
    NEEDS,
    async () => {
      await using scene = await ApplyScene.make();
      const walk = new ApplyWalk(scene, new Random(Number(seed)));
      const done: string[] = [];
      for (let step = 1; step <= STEPS; step++) {
        done.push(await walk.step());
        if (step % CHECK_EVERY === 0) await walk.checkAfresh(`seed ${seed}: ${done.join("; ")}`);
      }
      ok(walk.deaths > 0, "nothing died on its way");
    },
  );
}
