/**
 * Prepares the load of an object file: reads it, and decides about it.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import { builtInAdmission } from "./built_in.ts";

/**
 * Prepares the load of a file.
 *
 * @param context The world of the command.
 * @param input Its arguments.
 * @param path The file.
 */
export async function prepareFile(
  context: CommandContext,
  input: ParsedInput,
  path: string,
): Promise<PreparedLoad> {
  const bytes = await context.readObject(path);
  return {
    load: { path, bytes, ...readLoadSettings(input) },
    admission: await builtInAdmission(bytes, (digest) => ({ kind: "file", path, digest })),
  };
}
