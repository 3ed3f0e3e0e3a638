/**
 * `load image`: the image is resolved, fetched and read first; what is handed to the kernel's side
 * is plain data.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { IMAGE_URL } from "../commands/load.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";

export { run } from "./load_file.ts";

/** Fetches the image's object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  const path = "../prepare/image.ts";
  const { prepareImage }: typeof import("../prepare/image.ts") = await import(path);
  return await prepareImage(context, input, input.must(IMAGE_URL));
}
