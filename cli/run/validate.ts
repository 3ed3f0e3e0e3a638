/**
 * `validate`: exit code 1 when there is an error.
 *
 * @module
 */
import { validateObject } from "../../bytecode-tools/object/validate.ts";
import { OBJECT_FILE } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { readObject } from "../object.ts";
import { printDocument } from "../output/document.ts";
import { validationJson, validationText } from "../output/validation.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows what is wrong with an object. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { name, bytes } = await readObject(context, input, input.must(OBJECT_FILE));
  const validation = validateObject(bytes);
  await printDocument(context, {
    data: () => validationJson(name, validation),
    text: ({ style }) => validationText(name, validation, style),
  });
  return validation.isValid ? EXIT_DONE : EXIT_CODES.other;
}
