import { ok } from "node:assert/strict";
import { LENGTHS } from "../support/chain_matrix.ts";
import { checkMatrix } from "../support/chain_verdicts.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "command:ip"] as const;

for (const kind of ["xdp", "tc"] as const) {
  kernelTest(`chains of ${kind} by compose answer as the model does`, NEEDS, async (t) => {
    const count = await checkMatrix(t, {
      kind,
      choice: "compose",
      engine: "compose",
      lengths: LENGTHS,
    });
    ok(count >= 500, `${count} combinations`);
  });
}
