/**
 * `detach`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { IGNORE_MISSING, LINK_IDS } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { forEachId } from "./each.ts";

/** Detaches links. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const ids = [...new Set(input.all(LINK_IDS))];
  const ignoreMissing = input.has(IGNORE_MISSING);
  const manager = await context.manager();
  await forEachId(
    ids,
    { noun: "link", verb: "detach" },
    (id) => manager.detach(id, { ignoreMissing }),
  );
  if (context.format === "json") context.terminal.out(toJsonText({ detached: ids }));
}
