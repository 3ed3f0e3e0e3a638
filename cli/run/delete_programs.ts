/**
 * `delete program`.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import { EVERY_PROGRAM, RECURSIVE } from "../commands/delete.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { OPTIONAL_PROGRAM_IDS } from "../commands/delete.ts";

/** Removes programs with their links. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const ids = [...new Set(input.all(OPTIONAL_PROGRAM_IDS))];
  const isAll = input.has(EVERY_PROGRAM);
  if (isAll === (ids.length > 0)) throw usageError("Give program ids, or --all, but not both");
  const manager = await context.manager();
  const deleted = await manager.deletePrograms(isAll ? "all" : ids, {
    recursive: input.has(RECURSIVE),
  });
  await printDocument(context, {
    data: () => ({ deleted }),
    names: () => deleted.map(programName),
  });
}
