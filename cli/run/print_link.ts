/**
 * Prints one link.
 *
 * @module
 */
import type { LinkView } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";
import { linkName } from "../output/names.ts";

/** Prints one link in the format that was asked for. */
export async function printLink(context: CommandContext, view: LinkView): Promise<void> {
  await printDocument(context, {
    data: () => linkJson(view),
    text: (options) => linkText(view, options),
    names: () => [linkName(view.record.id)],
  });
}
