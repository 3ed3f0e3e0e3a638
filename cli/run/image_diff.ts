/**
 * `image diff`: exit code 1 when the objects differ.
 *
 * @module
 */
import { diffText, isSameObject } from "../../bytecode-tools/object/diff.ts";
import { AFTER_IMAGE, BEFORE_IMAGE } from "../commands/image.ts";
import { PLATFORM, PULL_POLICY } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { openImages, withProgress } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { imageDiffJson } from "../output/image_json.ts";
import { imageDiffText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows what differs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  using images = await openImages(context, input);
  const platform = input.one(PLATFORM);
  const found = await withProgress(
    context,
    (options) =>
      images.diff(input.must(BEFORE_IMAGE), input.must(AFTER_IMAGE), {
        policy: input.one(PULL_POLICY) ?? "IfNotPresent",
        ...(platform === undefined ? {} : { platform }),
        ...options,
      }),
  );
  await printDocument(context, {
    data: () => imageDiffJson(found),
    text: () => imageDiffText(found, diffText(found.diff)),
  });
  return isSameObject(found.diff) ? EXIT_DONE : EXIT_CODES.other;
}
