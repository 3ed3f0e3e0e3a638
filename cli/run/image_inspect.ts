/**
 * `image inspect`.
 *
 * @module
 */
import { DOCUMENT_OUTPUT } from "../commands/bytecode.ts";
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
  const { style, width } = context.terminal;
  await printDocument(context.terminal, input.one(DOCUMENT_OUTPUT) ?? "text", {
    data: () => descriptionJson(description),
    text: () => descriptionText(description, { style, width }),
  });
}
