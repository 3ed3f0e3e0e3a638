/**
 * `image list`.
 *
 * @module
 */
import { DIGESTS_ONLY } from "../commands/image.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { imagesJson } from "../output/image_json.ts";
import { imageTable, rowName } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Lists the images of the store. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const rows = await images.list();
  if (input.has(DIGESTS_ONLY)) {
    const digests = new Set(rows.map(({ digest }) => digest));
    return context.terminal.out([...digests].map((digest) => `${digest}\n`).join(""));
  }
  await printDocument(context, {
    data: () => imagesJson(rows),
    text: (options) => imageTable(rows, options),
    names: () => rows.map((row) => `image/${rowName(row)}`),
    emptyNote: "no images",
  });
}
