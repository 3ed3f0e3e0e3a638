/**
 * `image load`.
 *
 * @module
 */
import { LAYOUT_PATH } from "../commands/image_move.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printCopied } from "./print_copied.ts";

/** Brings the images of a layout into the store. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const loaded = await withProgress(
    context,
    (options) => images.load(input.must(LAYOUT_PATH), options),
  );
  await printCopied(context, "loaded", loaded);
}
