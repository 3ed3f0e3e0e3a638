/**
 * `trust show`.
 *
 * @module
 */
import { ageWarning, currentRoot } from "../../core/signature/root/current.ts";
import { DOCUMENT_OUTPUT } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { trustDirectory } from "../data_directory.ts";
import { printDocument } from "../output/document.ts";
import { rootJson, rootText } from "../output/trust.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows the root that holds. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const now = new Date();
  const current = await currentRoot(trustDirectory(context, input));
  const { style, width, err } = context.terminal;
  await printDocument(context.terminal, input.one(DOCUMENT_OUTPUT) ?? "text", {
    data: () => rootJson(current, now),
    text: () => rootText(current, now, { style, width }),
  });
  const warning = ageWarning(current, now);
  if (warning !== undefined) err(`bpfman: note: ${warning}\n`);
}
