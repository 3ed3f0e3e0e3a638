/**
 * `image inspect`.
 *
 * @module
 */
import { IMAGE, PULL_POLICY } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { descriptionJson } from "../output/image_json.ts";
import { descriptionText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows what an image holds. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const description = await withProgress(context, (options) =>
    images.inspect(input.must(IMAGE), {
      policy: input.one(PULL_POLICY) ?? "IfNotPresent",
      ...options,
    }));
  await printDocument(context, {
    names: () => [`image/${description.name}`],
    data: () => descriptionJson(description),
    text: (options) => descriptionText(description, options),
  });
}
