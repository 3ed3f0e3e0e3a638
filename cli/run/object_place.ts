/**
 * The object that a command on programs is given: a file, or an image in a layout or in the store.
 *
 * @module
 */
import type { ObjectPlace } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { isImageName } from "../object_name.ts";
import type { ParsedInput } from "../parsed_input.ts";

/**
 * Finds out what a word means. An image is read at once; a file is read by the load.
 *
 * @param context The command's world.
 * @param input The command's arguments.
 * @param word Path or name of an image.
 */
export async function readObjectPlace(
  context: CommandContext,
  input: ParsedInput,
  word: string,
): Promise<ObjectPlace> {
  if (!isImageName(word)) return { path: word };
  const { fetchImageObject } = await import("./load_image.ts");
  return { image: await fetchImageObject(context, input, { name: word, policy: "Never" }) };
}
