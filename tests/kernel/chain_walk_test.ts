import { checkWalk } from "../support/chain_property.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "command:ip"] as const;

/** Everything is slow in software emulation. */
const STEPS = Deno.env.get("BPFMAN_VM_KERNEL") === undefined ? 30 : 10;

for (const kind of ["xdp", "tc"] as const) {
  for (const seed of [1, 2]) {
    kernelTest(
      `a ${kind} chain of compose, changed at random (seed ${seed}), is what it would be afresh`,
      NEEDS,
      () => checkWalk({ kind, choice: "compose", seed, steps: STEPS }),
    );
  }
  kernelTest(
    `a ${kind} chain of freplace, changed at random, is what it would be afresh`,
    [...NEEDS, "freplace"],
    () => checkWalk({ kind, choice: "freplace", seed: 3, steps: STEPS }),
  );
}
