/**
 * Lets the policy judge attaches and changes of links; it is asked with the lock held, by the row of
 * the program that is attached.
 *
 * @module
 */
import {
  attachFactsOf,
  judgeAttach,
  placeFactsOf,
  sourceOfRecord,
} from "../../core/admission/attach.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { AttachRequest, AttachTarget, LinkChanges, ReplaceRequest } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { openCourt, policySettings } from "./court.ts";
import { readPolicy } from "./policy.ts";
import { readRequester } from "./requester.ts";

/**
 * Who judges an attach.
 *
 * @param context The command's world.
 * @param input Its arguments.
 * @param target Where to attach.
 */
export async function attachGuard(
  context: CommandContext,
  input: ParsedInput,
  target: AttachTarget,
): Promise<NonNullable<AttachRequest["admit"]>> {
  const court = await openCourt(context, input);
  return (record) => {
    judgeAttach(court, {
      source: sourceOfRecord(record),
      facts: () => attachFactsOf(target, record.attachFunction),
      action: `Cannot attach program ${record.programId} "${record.name}"`,
    });
  };
}

/** Who judges a new priority of a link. */
export async function priorityGuard(
  context: CommandContext,
  input: ParsedInput,
  priority: number,
): Promise<NonNullable<LinkChanges["admit"]>> {
  const court = await openCourt(context, input);
  return (record, link) => {
    judgeAttach(court, {
      source: sourceOfRecord(record),
      facts: () => ({ priority }),
      action: `Cannot change link ${link.id}`,
    });
  };
}

/** Who judges the places that a new version takes over, by where that version comes from. */
export async function replaceGuard(
  context: CommandContext,
  input: ParsedInput,
  { admission: { source } }: PreparedLoad,
): Promise<NonNullable<ReplaceRequest["admit"]>> {
  // keys that the command names are for the object, and none of whoever loads it
  const policy = await readPolicy(policySettings(context, input));
  const court = { policy, requester: readRequester((key) => context.env(key)) };
  return (record, link) => {
    judgeAttach(court, {
      source,
      facts: () => placeFactsOf(link.details),
      action: `Cannot replace program ${record.programId}, of which link ${link.id} is taken over`,
    });
  };
}
