/**
 * Tells when the trusted root is old.
 *
 * @module
 */
import { ageWarning, currentRoot } from "../core/signature/root/current.ts";
import type { SignatureRule } from "../core/signature/types.ts";
import type { CommandContext } from "./context.ts";
import { trustDirectory } from "./data_directory.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** Warns of an old root where it decides: keys need none. */
export async function warnOfOldRoot(
  context: CommandContext,
  input: ParsedInput,
  { identities = [], tlog = false }: SignatureRule,
): Promise<void> {
  if (identities.length === 0 && !tlog) return;
  const current = await currentRoot(trustDirectory(context, input));
  const warning = ageWarning(current, new Date());
  if (warning !== undefined) context.terminal.err(`bpfman: note: ${warning}\n`);
}
