import { deepStrictEqual } from "node:assert/strict";
import { applyEdits, type ChainEdit } from "../chain/edits.ts";
import type { ChainMember } from "../chain/model.ts";
import { declaredLink } from "../../tests/support/declared.ts";
import type { LinkRecord } from "../types.ts";
import { editsOf } from "./reach.ts";

type Member = Parameters<typeof editsOf>[1]["to"][number];

function link(id: number, programId: number, priority: number): Member {
  const row = declaredLink(id, programId);
  if (row.details.kind !== "xdp") throw new TypeError("Cannot make a member");
  return { ...row, details: { ...row.details, priority } };
}

function member({ id, programId, details }: Member): ChainMember {
  const { priority, proceedOn } = details;
  return { linkId: id, programId, priority, proceedOn };
}

/** A chain with a stranger on it, and two states of an application's links. */
const STRANGER: ChainMember = { linkId: 9, programId: 90, priority: 5, proceedOn: [2] };
const BEFORE = [link(1, 10, 1), link(2, 20, 2), link(3, 30, 3)];
const AFTER = [link(1, 10, 7), link(2, 21, 2), link(4, 40, 4)];

function ids(rows: readonly LinkRecord[]): number[] {
  return rows.map(({ id }) => id);
}

function kinds(edits: readonly ChainEdit[]): string[] {
  return edits.map((edit) =>
    edit.kind === "add" ? `add ${edit.member.linkId}` : `${edit.kind} ${edit.linkId}`
  );
}

function chainOf(rows: readonly Member[]): ChainMember[] {
  return applyEdits([...rows.map(member), STRANGER], []);
}

Deno.test("editsOf() leads a chain to its goal, and leaves strangers", () => {
  const edits = editsOf(chainOf(BEFORE), { from: BEFORE, to: AFTER });
  deepStrictEqual(kinds(edits), ["remove 3", "update 1", "update 2", "add 4"]);
  deepStrictEqual(applyEdits(chainOf(BEFORE), edits), chainOf(AFTER));
});

Deno.test("editsOf() leads back the same way, from wherever it stopped", () => {
  const back = editsOf(chainOf(AFTER), { from: AFTER, to: BEFORE });
  deepStrictEqual(applyEdits(chainOf(AFTER), back), chainOf(BEFORE));
  // nothing was done yet
  deepStrictEqual(editsOf(chainOf(BEFORE), { from: AFTER, to: BEFORE }), []);
  // all was done already
  deepStrictEqual(editsOf(chainOf(AFTER), { from: BEFORE, to: AFTER }), []);
});

Deno.test("editsOf() makes a chain that is gone anew, and empties one", () => {
  const all = editsOf([], { from: BEFORE, to: AFTER });
  deepStrictEqual(kinds(all), ids(AFTER).map((id) => `add ${id}`));
  deepStrictEqual(kinds(editsOf(chainOf(BEFORE), { from: BEFORE, to: [] })), [
    "remove 1",
    "remove 2",
    "remove 3",
  ]);
});
