/**
 * Objects that commands are given by name: files, or what images hold.
 *
 * @module
 */
import type { CommandContext } from "./context.ts";
import type { InputFile } from "./input_file.ts";
import { isImageName } from "./object_name.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { readAnyObject } from "./special_file.ts";

/**
 * Reads an object: a file, or that of an image in a layout, in the store or in a registry.
 *
 * @throws {BpfmanError} When there is none.
 */
export async function readObject(
  context: CommandContext,
  input: ParsedInput,
  name: string,
): Promise<InputFile> {
  if (!isImageName(name)) return await readAnyObject(name);
  // named by a value: whoever names a file waits for nothing of images
  const path = "./image_object.ts";
  const { readImageObject }: typeof import("./image_object.ts") = await import(path);
  return await readImageObject(context, input, name);
}
