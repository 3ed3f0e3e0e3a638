/**
 * `image prune`.
 *
 * @module
 */
import { ALL_UNUSED, DRY_RUN } from "../commands/image.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { toJsonText } from "../output/format.ts";
import { pruneJson } from "../output/image_json.ts";
import { pruneText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Removes images that nobody needs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const dryRun = input.has(DRY_RUN);
  const result = await images.prune({ all: input.has(ALL_UNUSED), dryRun });
  const { out } = context.terminal;
  out(context.format === "json" ? toJsonText(pruneJson(result)) : pruneText(result, dryRun));
}
