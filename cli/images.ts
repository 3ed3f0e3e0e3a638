/**
 * Opens images as the options, the environment and the configuration say.
 *
 * @module
 */
import type { Images } from "../core/image/api.ts";
import type { Progress } from "../core/image/types.ts";
import { REGISTRY_AUTH } from "./commands/image_options.ts";
import type { CommandContext } from "./context.ts";
import { dataDirectory, trustDirectory } from "./data_directory.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { openProgress, progressText } from "./progress.ts";
import { readValue } from "./values/mod.ts";

/** Credentials that were given for this command alone. */
function givenCredentials(context: CommandContext, input: ParsedInput) {
  const given = input.one(REGISTRY_AUTH);
  if (given !== undefined) return given;
  const text = context.env("BPFMAN_REGISTRY_AUTH") ?? "";
  return text === "" ? undefined : readValue("registryAuth", "$BPFMAN_REGISTRY_AUTH", text);
}

/**
 * Opens the images of the user's store.
 *
 * @param context The world of the command.
 * @param input Its arguments.
 * @param registries What is set for registries.
 */
export async function openImages(
  context: CommandContext,
  input: ParsedInput,
  registries = context.settings.registries,
): Promise<Images> {
  const { runtimeDirectory } = context.settings;
  const credentials = givenCredentials(context, input);
  return await context.images({
    directory: `${dataDirectory(context, input)}/images`,
    trustDirectory: trustDirectory(context, input),
    env: (name) => context.env(name),
    inUse: async () => {
      // named by a value: most commands on images never ask
      const path = "../core/image/in_use.ts";
      const { imagesInUse }: typeof import("../core/image/in_use.ts") = await import(path);
      return imagesInUse(runtimeDirectory, dataDirectory(context, input));
    },
    onWarning: (message) => context.terminal.err(`bpfman: note: ${message}\n`),
    ...(registries === undefined ? {} : { registries }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/** Shows how far slow transfers are while work is done, to a person only. */
export async function withProgress<T>(
  context: CommandContext,
  work: (options: { readonly onProgress?: (progress: Progress) => void }) => Promise<T>,
): Promise<T> {
  const { terminal } = context;
  if (terminal.status === undefined) return await work({});
  using line = openProgress(terminal);
  return await work({ onProgress: (progress) => line.show(() => progressText(progress)) });
}
