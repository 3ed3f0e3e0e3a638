import { deepStrictEqual } from "node:assert/strict";
import { type Candidate, planShared, type WantedMember } from "./match.ts";

function wanted(linkId: number, priority: number, likeness = "a"): WantedMember {
  return { linkId, priority, chainActions: [2], likeness };
}

function candidate(id: number, priority: number, likeness = "a"): Candidate {
  return { id, name: "program", priority, chainActions: [2], likeness };
}

function plan(
  members: readonly WantedMember[],
  candidates: readonly Candidate[],
  known: readonly (readonly [number, number])[] = [],
) {
  const { running, joining, leaving } = planShared(members, candidates, new Map(known));
  return { running: [...running], joining: joining.map(({ linkId }) => linkId), leaving };
}

Deno.test("planShared() lets everybody join an empty dispatcher", () => {
  deepStrictEqual(plan([wanted(1, 50), wanted(2, 60)], []), {
    running: [],
    joining: [1, 2],
    leaving: [],
  });
});

Deno.test("planShared() touches nothing that runs as it shall", () => {
  deepStrictEqual(
    plan([wanted(1, 50), wanted(2, 60)], [candidate(7, 50), candidate(8, 60)], [[1, 7], [2, 8]]),
    { running: [[1, 7], [2, 8]], joining: [], leaving: [] },
  );
});

Deno.test("planShared() lets a member whose place changed join anew, and its old self leave", () => {
  deepStrictEqual(
    plan([wanted(1, 70), wanted(2, 60)], [candidate(7, 50), candidate(8, 60)], [[1, 7], [2, 8]]),
    { running: [[2, 8]], joining: [1], leaving: [7] },
  );
});

Deno.test("planShared() lets a link that is dropped leave", () => {
  deepStrictEqual(
    plan([wanted(2, 60)], [candidate(7, 50), candidate(8, 60)], [[1, 7], [2, 8]]),
    { running: [[2, 8]], joining: [], leaving: [7] },
  );
});

Deno.test("planShared() finds what a killed change had let join", () => {
  deepStrictEqual(plan([wanted(1, 50), wanted(2, 60)], [candidate(9, 50)]), {
    running: [[1, 9]],
    joining: [2],
    leaving: [],
  });
});

Deno.test("planShared() leaves programs alone that are like none of ours", () => {
  deepStrictEqual(plan([wanted(1, 50)], [candidate(9, 50, "b"), candidate(10, 51)]), {
    running: [],
    joining: [1],
    leaving: [],
  });
});

Deno.test("planShared() gives two links of one program a program each", () => {
  deepStrictEqual(plan([wanted(1, 50), wanted(2, 50)], [candidate(9, 50)]), {
    running: [[1, 9]],
    joining: [2],
    leaving: [],
  });
});
