/**
 * `image tag`.
 *
 * @module
 */
import { NEW_NAME } from "../commands/image.ts";
import { IMAGE } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { descriptorJson } from "../output/image_json.ts";
import { pinnedName } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Gives an image a further name. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const name = input.must(NEW_NAME);
  const descriptor = await images.tag(input.must(IMAGE), name);
  await printDocument(context, {
    data: () => ({ reference: name, ...descriptorJson(descriptor) }),
    text: () => `tagged: ${pinnedName(name, descriptor.digest)}\n`,
    names: () => [`image/${name}`],
  });
}
