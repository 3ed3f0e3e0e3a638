/**
 * `get program`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { PROGRAM_ID } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows one program. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const manager = await context.manager();
  const view = await manager.getProgram(input.must(PROGRAM_ID));
  const { out, style } = context.terminal;
  out(context.format === "json" ? toJsonText(programJson(view, "get")) : programText(view, style));
}
