/**
 * `image push`.
 *
 * @module
 */
import { DESTINATION } from "../commands/image_move.ts";
import { IMAGE, NO_REFERRERS } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printCopied } from "./print_copied.ts";

/** Sends an image to a registry. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const copied = await withProgress(
    context,
    (options) =>
      images.push(input.must(IMAGE), input.one(DESTINATION), {
        withReferrers: !input.has(NO_REFERRERS),
        ...options,
      }),
  );
  await printCopied(context, "pushed", [copied]);
}
