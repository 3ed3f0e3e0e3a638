/**
 * Prints images that went from one place to another.
 *
 * @module
 */
import type { CopiedImage } from "../../core/image/api.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { copiedJson } from "../output/image_json.ts";
import { pinnedName } from "../output/image_text.ts";

/** One line for each image, or all as JSON. */
export async function printCopied(
  context: CommandContext,
  verb: string,
  images: readonly CopiedImage[],
): Promise<void> {
  await printDocument(context, {
    data: () => ({ images: images.map(copiedJson) }),
    text: () =>
      images.map(({ name, descriptor }) => `${verb}: ${pinnedName(name, descriptor.digest)}\n`)
        .join(""),
    names: () => images.map(({ name }) => `image/${name}`),
  });
}
