/**
 * Prepares the load of an image: fetches its object, and decides about it.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { PullPolicy } from "../../core/image/types.ts";
import { PULL_POLICY } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import { isLayoutName } from "../object_name.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import { builtInAdmission } from "./built_in.ts";

/** An image as it was named, and when its registry is asked. */
export interface WantedImage {
  readonly name: string;
  /** For commands without the option. @default "IfNotPresent" */
  readonly policy?: PullPolicy;
}

/**
 * Prepares the load of an image.
 *
 * @param context The world of the command.
 * @param input Its arguments.
 * @param wanted The image.
 */
export async function prepareImage(
  context: CommandContext,
  input: ParsedInput,
  { name, policy = "IfNotPresent" }: WantedImage,
): Promise<PreparedLoad> {
  using images = await openImages(context, input);
  const { release } = (await context.kernel()).host;
  const image = await withProgress(context, (options) =>
    images.object(name, {
      policy: input.one(PULL_POLICY) ?? policy,
      kernel: release,
      ...options,
    }));
  const { reference, manifestDigest: digest } = image;
  const admission = await builtInAdmission(
    image.bytes,
    () =>
      isLayoutName(name)
        ? { kind: "layout", path: reference, digest }
        : { kind: "image", repository: reference, digest },
  );
  return { load: { image, ...readLoadSettings(input) }, admission };
}
