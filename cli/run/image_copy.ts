/**
 * `image copy`.
 *
 * @module
 */
import { COPY_FROM, COPY_TO } from "../commands/image_move.ts";
import { NO_REFERRERS } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printCopied } from "./print_copied.ts";

/** Copies an image from one place to another. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const copied = await withProgress(
    context,
    (options) =>
      images.copy(input.must(COPY_FROM), input.must(COPY_TO), {
        withReferrers: !input.has(NO_REFERRERS),
        ...options,
      }),
  );
  await printCopied(context, "copied", [copied]);
}
