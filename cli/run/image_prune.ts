/**
 * `image prune`.
 *
 * @module
 */
import { ALL_UNUSED, DRY_RUN } from "../commands/image.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { pruneJson } from "../output/image_json.ts";
import { pruneText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Removes images that nobody needs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const dryRun = input.has(DRY_RUN);
  const result = await images.prune({ all: input.has(ALL_UNUSED), dryRun });
  await printDocument(context, {
    data: () => pruneJson(result),
    text: () => pruneText(result, dryRun),
    names: () => result.removed.map((name) => `image/${name}`),
  });
}
