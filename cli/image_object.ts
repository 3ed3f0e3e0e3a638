/**
 * The object of an image, for commands on object files.
 *
 * @module
 */
import { BpfmanError } from "../core/errors.ts";
import type { ImageObject, ObjectOptions } from "../core/image/api.ts";
import type { RegistrySetting } from "../core/image/settings.ts";
import type { PullPolicy } from "../core/image/types.ts";
import { BUILDER } from "./build_info.ts";
import { PULL_POLICY } from "./commands/image_options.ts";
import type { CommandContext } from "./context.ts";
import { openImages, withProgress } from "./images.ts";
import type { InputFile } from "./input_file.ts";
import { isLayoutName } from "./object_name.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** What the configuration says of registries; read only where one may be asked. */
async function readRegistries(
  context: CommandContext,
): Promise<Readonly<Record<string, RegistrySetting>> | undefined> {
  const { readConfiguration } = await import("./config_file.ts");
  const { registries, warnings } = await readConfiguration(context.settings.config);
  for (const warning of warnings) context.terminal.err(`bpfman: note: ${warning}\n`);
  return registries;
}

/** Programs that were built have no sets to choose from. */
const OTHER_SET = BUILDER === "source" ? "run with -P=image-pull, or " : "";

/** What was denied while an image was fetched, with what would help. */
function denied(name: string, cause: unknown): unknown {
  if (!(cause instanceof Deno.errors.NotCapable)) return cause;
  return new BpfmanError(`Cannot fetch "${name}"`, {
    code: "permission-denied",
    hint: `Commands on files may not fetch: ${OTHER_SET}get the image first, "image pull ${name}"`,
    cause,
  });
}

/**
 * Reads the object of an image: in a layout, in the store, or fetched as the pull policy says.
 *
 * @throws {BpfmanError} When there is none.
 */
export async function readImageObject(
  context: CommandContext,
  input: ParsedInput,
  name: string,
): Promise<InputFile> {
  const policy: PullPolicy = input.one(PULL_POLICY) ?? "IfNotPresent";
  const isRemote = !isLayoutName(name) && policy !== "Never";
  const registries = isRemote ? await readRegistries(context) : undefined;
  using images = await openImages(context, input, registries);
  const read = async (options: ObjectOptions): Promise<ImageObject> => {
    try {
      return await images.object(name, { policy, ...options });
    } catch (error) {
      throw isRemote ? denied(name, error) : error;
    }
  };
  const { bytes } = await withProgress(context, read);
  return { name, bytes: new Uint8Array(bytes) };
}
