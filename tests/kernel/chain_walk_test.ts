import { checkWalk } from "../support/chain_property.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { kernelTest, type Need } from "../support/requires.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip"];

const STEPS = IS_EMULATED ? 5 : 30;
/** The host walks with compose, which is the same everywhere; freplace it does not have. */
const SEEDS = IS_EMULATED ? [] : [0, 1, 2, 3];

for (const kind of ["xdp", "tc"] as const) {
  for (const seed of SEEDS) {
    kernelTest(
      `a ${kind} chain of compose, changed at random (seed ${seed}), is what it would be afresh`,
      NEEDS,
      () => checkWalk({ kind, choice: "compose", seed, steps: STEPS }),
    );
  }
  kernelTest(
    `a ${kind} chain of freplace, changed at random, is what it would be afresh`,
    [...NEEDS, "freplace"],
    () => checkWalk({ kind, choice: "freplace", seed: 5, steps: STEPS }),
  );
}
