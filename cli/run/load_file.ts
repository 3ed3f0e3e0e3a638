/**
 * `load file`: from arguments to a load.
 *
 * @module
 */
import type { ProgramView } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { prepareFile } from "../prepare/file.ts";
import { printWarnings } from "../prepare/warn.ts";

/** Prints what was loaded. */
export function printLoaded(context: CommandContext, views: readonly ProgramView[]): void {
  const { out, style } = context.terminal;
  if (context.format === "text") return out(programsText(views, style));
  out(toJsonText({ programs: views.map((view) => programJson(view, "load")) }));
}

/** Loads programs and prints them. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const prepared = await prepareFile(context, input);
  printWarnings(context, prepared);
  const manager = await context.manager();
  printLoaded(context, await manager.load(prepared.load));
}
