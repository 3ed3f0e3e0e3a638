/**
 * `load image`: the image is resolved, fetched and read first; what is handed to the kernel's side
 * is plain data.
 *
 * @module
 */
import type { ImageObject } from "../../core/image/api.ts";
import type { PullPolicy } from "../../core/image/types.ts";
import { PULL_POLICY } from "../commands/image_options.ts";
import { IMAGE_URL } from "../commands/program.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printLoaded, readLoadSettings } from "./load_file.ts";

/** Gets the object of an image, with the BTF that the image may bring for this kernel. */
export async function fetchImageObject(
  context: CommandContext,
  input: ParsedInput,
  { name, policy }: { readonly name: string; readonly policy: PullPolicy },
): Promise<ImageObject> {
  using images = await openImages(context, input);
  const { release } = (await context.kernel()).host;
  return await withProgress(context, (options) =>
    images.object(name, {
      policy,
      kernel: release,
      ...options,
    }));
}

/** Loads programs of an image and prints them. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const settings = readLoadSettings(input);
  const policy = input.one(PULL_POLICY) ?? "IfNotPresent";
  const image = await fetchImageObject(context, input, { name: input.must(IMAGE_URL), policy });
  const manager = await context.manager();
  printLoaded(context, await manager.load({ image, ...settings }));
}
