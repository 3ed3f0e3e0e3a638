/**
 * `run`: load and attach in one.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { prepareRun } from "../prepare/object.ts";
import { printWarnings } from "../prepare/warn.ts";

/** Loads one program, attaches it, and prints both. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const prepared = await prepareRun(context, input);
  printWarnings(context, prepared);
  const { load, target } = prepared;
  const manager = await context.manager();
  const made = await manager.run({ load, target });
  const { out, style } = context.terminal;
  if (context.format === "json") {
    return out(
      toJsonText({ program: programJson(made.program, "load"), link: linkJson(made.link) }),
    );
  }
  out(`${programText(made.program, style)}\n${linkText(made.link, style)}`);
}
