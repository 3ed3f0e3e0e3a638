import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { GateVerdict } from "../../core/declared/gate/types.ts";
import { gateJson, gateText } from "./gate_text.ts";

const FAILED: GateVerdict = {
  gate: "30s,aborted==0",
  passed: false,
  elapsedMs: 2510.4,
  figures: [
    {
      application: "shield",
      program: "guard",
      programId: 10,
      runs: 500,
      nsPerRun: 81.25,
      aborted: 3,
      isChainTime: true,
    },
    {
      application: "shield",
      program: "probe",
      programId: 11,
      runs: null,
      nsPerRun: null,
      aborted: null,
      isChainTime: false,
    },
  ],
  failure: {
    condition: "aborted==0",
    application: "shield",
    program: "guard",
    value: 3,
    reason: 'aborted of program "guard" is 3, wanted aborted==0',
  },
};

Deno.test("gateText() says what failed, and what was counted", () => {
  strictEqual(
    gateText(FAILED),
    `\
gate failed after 2.5 s: 30s,aborted==0
  ! aborted of program "guard" is 3, wanted aborted==0
  shield: program 10 guard: 500 runs, 81.3 ns a run of its whole chain, 3 aborted
  shield: program 11 probe: nothing counted
`,
  );
  const passed = { ...FAILED, passed: true, failure: null, figures: [] };
  strictEqual(gateText(passed), "gate passed after 2.5 s: 30s,aborted==0\n");
});

Deno.test("gateJson() has every figure", () => {
  const json = gateJson(FAILED);
  deepStrictEqual([json.passed, json.elapsed_ms, json.failure], [false, 2510, FAILED.failure]);
  const [first] = json.figures as Record<string, unknown>[];
  deepStrictEqual(first, {
    application: "shield",
    program: "guard",
    program_id: 10,
    runs: 500,
    ns_per_run: 81.25,
    aborted: 3,
    whole_chain: true,
  });
});
