import { deepStrictEqual } from "node:assert/strict";
import { sampleIntent } from "../../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import { describeRepair } from "../describe_repair.ts";
import { type Projection, projectRepairs } from "../project.ts";
import type { ApplyIntent, ApplyPhase } from "./types.ts";

const ASKS: Projection = { kernelLinkId: () => 77, projectHook: (state) => state };

/** Program 1 is replaced by 2, and its links 1 and 2 become 1 and 3. */
const ROWS = storeState(
  [programRecord(1), programRecord(2, { applyId: "this" }), programRecord(9, { applyId: "other" })],
  [linkRecord(1, 1), linkRecord(2, 1), linkRecord(3, 2)],
);

function intent(phase: ApplyPhase): ApplyIntent {
  return sampleIntent({
    id: "this",
    phase,
    replaced: 1,
    before: [linkRecord(1, 1), linkRecord(2, 1)],
    after: phase === "load" ? null : [linkRecord(1, 2), linkRecord(3, 2)],
  });
}

function shown(phase: ApplyPhase): { programs: number[]; links: number[] } {
  const { programs, links } = projectRepairs(
    ROWS,
    [{ kind: "resume-apply", intent: intent(phase) }],
    ASKS,
  );
  return { programs: [...programs.keys()], links: [...links.keys()] };
}

Deno.test("readers do not show what an apply that was interrupted will not leave", () => {
  deepStrictEqual(shown("load"), { programs: [1, 9], links: [1, 2, 3] });
  deepStrictEqual(shown("clear"), { programs: [2, 9], links: [1, 3] });
  const all = { programs: [1, 2, 9], links: [1, 2, 3] };
  for (const phase of ["switch", "gate", "back"] as const) deepStrictEqual(shown(phase), all);
});

Deno.test("readers are told what becomes of an apply that was interrupted", () => {
  const said = (phase: ApplyPhase) =>
    describeRepair({ kind: "resume-apply", intent: intent(phase) }).message;
  const start = 'the apply of application "shield" was interrupted';
  for (const phase of ["load", "gate", "back"] as const) {
    deepStrictEqual(said(phase), `${start}: it is undone`);
  }
  for (const phase of ["switch", "clear"] as const) {
    deepStrictEqual(said(phase), `${start}: it is finished`);
  }
});
