/**
 * Tells what the user should know of a load that was let in.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { CommandContext } from "../context.ts";

/** Prints the warnings of a decision as notes. */
export function printWarnings(
  { terminal }: Pick<CommandContext, "terminal">,
  { admission }: PreparedLoad,
): void {
  for (const warning of admission.warnings) terminal.err(`bpfman: note: ${warning}\n`);
}
