/**
 * Objects that commands are given by name: files, or what images hold.
 *
 * @module
 */
import type { CommandContext } from "./context.ts";
import { type InputFile, readObjectFile } from "./input_file.ts";
import { isImageName } from "./object_name.ts";
import type { ParsedInput } from "./parsed_input.ts";

/**
 * Reads an object: a file, or that of an image in a layout or in the store. No registry is asked.
 *
 * @throws {BpfmanError} When there is none.
 */
export async function readObject(
  context: CommandContext,
  input: ParsedInput,
  name: string,
): Promise<InputFile> {
  if (!isImageName(name)) return readObjectFile(name);
  // named by a value: whoever names a file waits for nothing of images
  const path = "./images.ts";
  const { openImages }: typeof import("./images.ts") = await import(path);
  using images = await openImages(context, input);
  const { bytes } = await images.object(name, { policy: "Never" });
  return { name, bytes: new Uint8Array(bytes) };
}
