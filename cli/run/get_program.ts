/**
 * `get program`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { PROGRAM_ID } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows one program. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const manager = await context.manager();
  const view = await manager.getProgram(input.must(PROGRAM_ID));
  await printDocument(context, {
    data: () => programJson(view, "get"),
    text: (options) => programText(view, options),
    names: () => [programName(view.record.programId)],
  });
}
