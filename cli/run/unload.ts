/**
 * `unload`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { IGNORE_MISSING, PROGRAM_IDS } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { forEachId } from "./each.ts";

/** Removes programs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const ids = [...new Set(input.all(PROGRAM_IDS))];
  const ignoreMissing = input.has(IGNORE_MISSING);
  const manager = await context.manager();
  await forEachId(
    ids,
    { noun: "program", verb: "unload" },
    (id) => manager.unload(id, { ignoreMissing }),
  );
  await printDocument(context, {
    data: () => ({ unloaded: ids }),
    names: () => ids.map(programName),
  });
}
