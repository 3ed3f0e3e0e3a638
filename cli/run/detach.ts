/**
 * `detach`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { IGNORE_MISSING, LINK_IDS } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { linkName } from "../output/names.ts";
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
  await printDocument(context, {
    data: () => ({ detached: ids }),
    names: () => ids.map(linkName),
  });
}
