import { ok } from "node:assert/strict";
import { LENGTHS } from "../support/chain_matrix.ts";
import { checkMatrix } from "../support/chain_verdicts.ts";
import { kernelTest } from "../support/requires.ts";

/** The kernel refuses extensions of XDP programs that make tail calls. */
const PROGRAMS = { xdp: ["member", "grow", "member"], tc: ["member", "grow", "jump", "member"] };

const NEEDS = ["root", "bpffs", "command:ip", "freplace"] as const;

for (const kind of ["xdp", "tc"] as const) {
  kernelTest(`chains of ${kind} by freplace answer as the model does`, NEEDS, async (t) => {
    const count = await checkMatrix(t, {
      kind,
      choice: "freplace",
      engine: "freplace",
      lengths: LENGTHS,
      programs: PROGRAMS[kind],
    });
    ok(count >= 500, `${count} combinations`);
  });
}
