/**
 * `load image`: the image is resolved, verified, fetched and read first; what is handed to the
 * kernel's side is plain data.
 *
 * @module
 */
import { IMAGE_URL } from "../commands/program.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { prepareImage } from "../prepare/image.ts";
import { printWarnings } from "../prepare/warn.ts";
import { printLoaded } from "./load_file.ts";

/** Loads programs of an image and prints them. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const prepared = await prepareImage(context, input, input.must(IMAGE_URL));
  printWarnings(context, prepared);
  const manager = await context.manager();
  printLoaded(context, await manager.load(prepared.load));
}
