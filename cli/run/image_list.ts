/**
 * `image list`.
 *
 * @module
 */
import { DIGESTS_ONLY } from "../commands/image.ts";
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { toJsonText } from "../output/format.ts";
import { imagesJson } from "../output/image_json.ts";
import { imageTable } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Lists the images of the store. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const rows = await images.list();
  const { terminal, format } = context;
  if (input.has(DIGESTS_ONLY)) {
    const digests = new Set(rows.map(({ digest }) => digest));
    return terminal.out([...digests].map((digest) => `${digest}\n`).join(""));
  }
  if (format === "json") return terminal.out(toJsonText(imagesJson(rows)));
  if (rows.length === 0) return terminal.err("bpfman: note: no images\n");
  terminal.out(imageTable(rows, { style: terminal.style, width: terminal.width }));
}
