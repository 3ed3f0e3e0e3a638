/**
 * Changes of a chain as plain data, and the chain that they lead to. Several of them are one swap.
 *
 * @module
 */
import type { LinkId, ProgramId } from "../types.ts";
import type { ChainMember } from "./model.ts";
import { inOrder } from "./order.ts";

/** One change of a chain. */
export type ChainEdit =
  | { readonly kind: "add"; readonly member: ChainMember }
  | { readonly kind: "remove"; readonly linkId: LinkId }
  | {
    readonly kind: "update";
    readonly linkId: LinkId;
    readonly priority?: number;
    readonly proceedOn?: readonly number[];
    /** Another program for the same place. */
    readonly programId?: ProgramId;
  };

function applyEdit(members: readonly ChainMember[], edit: ChainEdit): ChainMember[] {
  switch (edit.kind) {
    case "add":
      return [...members, edit.member];
    case "remove":
      return members.filter(({ linkId }) => linkId !== edit.linkId);
    case "update": {
      const { kind: _, ...changes } = edit;
      return members.map((member) =>
        member.linkId === edit.linkId ? { ...member, ...changes } : member
      );
    }
  }
}

/** The members after all edits, in the order in which they run. */
export function applyEdits(
  members: readonly ChainMember[],
  edits: readonly ChainEdit[],
): ChainMember[] {
  return inOrder(edits.reduce(applyEdit, [...members]));
}
