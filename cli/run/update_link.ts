/**
 * `link update`.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import type { LinkChanges } from "../../core/types.ts";
import { NEW_ENGINE, NEW_PRIORITY, NEW_PROCEED_ON } from "../commands/link.ts";
import type { CommandContext } from "../context.ts";
import { LINK_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { priorityGuard } from "../prepare/attach.ts";
import { printLink } from "./print_link.ts";

function readChanges(input: ParsedInput): LinkChanges {
  const priority = input.one(NEW_PRIORITY);
  const proceedOn = input.some(NEW_PROCEED_ON);
  const engine = input.one(NEW_ENGINE);
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(proceedOn === undefined ? {} : { proceedOn }),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** Changes a link and prints it. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const changes = readChanges(input);
  if (Object.keys(changes).length === 0) {
    throw usageError("Nothing to change", "Give --priority, --proceed-on or --engine");
  }
  const { priority } = changes;
  const admit = priority === undefined
    ? {}
    : { admit: await priorityGuard(context, input, priority) };
  const manager = await context.manager();
  await printLink(context, await manager.updateLink(input.must(LINK_ID), { ...changes, ...admit }));
}
