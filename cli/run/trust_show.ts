/**
 * `trust show`.
 *
 * @module
 */
import { ageWarning, currentRoot } from "../../core/signature/root/current.ts";
import type { CommandContext } from "../context.ts";
import { trustDirectory } from "../data_directory.ts";
import { printDocument } from "../output/document.ts";
import { rootJson, rootText } from "../output/trust.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows the root that holds. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const now = new Date();
  const current = await currentRoot(trustDirectory(context, input));
  await printDocument(context, {
    data: () => rootJson(current, now),
    text: (options) => rootText(current, now, options),
  });
  const warning = ageWarning(current, now);
  if (warning !== undefined) context.terminal.err(`bpfman: note: ${warning}\n`);
}
