/**
 * `delete link`.
 *
 * @module
 */
import { RECURSIVE } from "../commands/delete.ts";
import type { CommandContext } from "../context.ts";
import { LINK_IDS } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Cuts links, and removes each program that has none left. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const ids = [...new Set(input.all(LINK_IDS))];
  const manager = await context.manager();
  const programs = await manager.deleteLinks(ids, { recursive: input.has(RECURSIVE) });
  if (context.format === "json") {
    context.terminal.out(toJsonText({ detached: ids, deleted: programs }));
  }
}
