/**
 * `image pull`.
 *
 * @module
 */
import { ALL_PLATFORMS, ALWAYS_PULL_POLICY, IMAGE, PLATFORM } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { pulledJson } from "../output/image_json.ts";
import { pinnedName } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Brings an image into the store. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const platform = input.one(PLATFORM);
  const pulled = await withProgress(context, (options) =>
    images.pull(input.must(IMAGE), {
      policy: input.one(ALWAYS_PULL_POLICY) ?? "Always",
      allPlatforms: input.has(ALL_PLATFORMS),
      ...(platform === undefined ? {} : { platform }),
      ...options,
    }));
  const { name, descriptor, isNew } = pulled;
  await printDocument(context, {
    data: () => pulledJson(pulled),
    text: () => `${isNew ? "pulled" : "unchanged"}: ${pinnedName(name, descriptor.digest)}\n`,
    names: () => [`image/${name}`],
  });
}
