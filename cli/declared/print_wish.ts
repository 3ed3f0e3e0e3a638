/**
 * Tells what the user should know before anything is done.
 *
 * @module
 */
import type { PreparedApplication } from "../../core/admission/types.ts";
import type { CommandContext } from "../context.ts";
import { printWarnings } from "../prepare/warn.ts";
import type { Wish } from "./wish.ts";

/** Prints the warnings of manifests, and of what was decided about objects, as notes. */
export function printWish(
  context: Pick<CommandContext, "terminal">,
  { warnings }: Wish,
  prepared: readonly PreparedApplication[],
): void {
  for (const warning of warnings) context.terminal.err(`bpfman: note: ${warning}\n`);
  for (const one of prepared) printWarnings(context, one);
}
