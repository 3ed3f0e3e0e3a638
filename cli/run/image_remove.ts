/**
 * `image remove`.
 *
 * @module
 */
import { FORCE } from "../commands/image.ts";
import { STORED_IMAGES } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { pruneJson } from "../output/image_json.ts";
import { pruneText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Removes images from the store. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const result = await images.remove(input.all(STORED_IMAGES), { force: input.has(FORCE) });
  await printDocument(context, {
    data: () => pruneJson(result),
    text: () => pruneText(result, false),
    names: () => result.removed.map((name) => `image/${name}`),
  });
}
