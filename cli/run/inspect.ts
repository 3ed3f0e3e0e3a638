/**
 * `inspect`.
 *
 * @module
 */
import { inspectObject } from "../../bytecode-tools/object/inspect.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { OBJECT_FILE } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { readObject } from "../object.ts";
import { printDocument } from "../output/document.ts";
import { inspectionJson } from "../output/inspection_json.ts";
import { inspectionText } from "../output/inspection_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows what an object holds. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { name, bytes } = await readObject(context, input, input.must(OBJECT_FILE));
  const inspection = withRefusals("Cannot inspect", name, () => inspectObject(bytes));
  await printDocument(context, {
    data: () => inspectionJson(name, inspection),
    text: (options) => inspectionText(name, inspection, options),
  });
}
