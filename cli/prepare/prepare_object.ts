/**
 * Prepares the load of a word that may be a file or an image.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { CommandContext } from "../context.ts";
import { isImageName } from "../object_name.ts";
import type { ParsedInput } from "../parsed_input.ts";

/**
 * Prepares the load of a file, or of an image of the store or a layout; a registry is not asked.
 *
 * @param context The world of the command.
 * @param input Its arguments.
 * @param word Path or name of an image.
 */
export async function prepareObject(
  context: CommandContext,
  input: ParsedInput,
  word: string,
): Promise<PreparedLoad> {
  if (!isImageName(word)) {
    const { prepareFile } = await import("./prepare_file.ts");
    return await prepareFile(context, input, word);
  }
  const { prepareImage } = await import("./prepare_image.ts");
  return await prepareImage(context, input, { name: word, policy: "Never" });
}
