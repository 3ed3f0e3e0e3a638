/**
 * Prints one link.
 *
 * @module
 */
import type { LinkView } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";

/** Prints one link in the format that was asked for. */
export function printLink(context: CommandContext, view: LinkView): void {
  const { out, style } = context.terminal;
  out(context.format === "json" ? toJsonText(linkJson(view)) : linkText(view, style));
}
