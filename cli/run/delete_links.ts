/**
 * `delete link`.
 *
 * @module
 */
import { RECURSIVE } from "../commands/delete.ts";
import type { CommandContext } from "../context.ts";
import { LINK_IDS } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { linkName, programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Cuts links, and removes each program that has none left. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const ids = [...new Set(input.all(LINK_IDS))];
  const manager = await context.manager();
  const programs = await manager.deleteLinks(ids, { recursive: input.has(RECURSIVE) });
  await printDocument(context, {
    data: () => ({ detached: ids, deleted: programs }),
    names: () => [...ids.map(linkName), ...programs.map(programName)],
  });
}
