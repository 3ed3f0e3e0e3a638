/**
 * `image save`.
 *
 * @module
 */
import { LAYOUT_OUTPUT } from "../commands/image_move.ts";
import { NO_REFERRERS, STORED_IMAGES } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printCopied } from "./print_copied.ts";

/** Writes images to a layout. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const saved = await withProgress(
    context,
    (options) =>
      images.save(input.all(STORED_IMAGES), input.must(LAYOUT_OUTPUT), {
        withReferrers: !input.has(NO_REFERRERS),
        ...options,
      }),
  );
  await printCopied(context, "saved", saved);
}
