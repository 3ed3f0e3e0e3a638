/**
 * `types`.
 *
 * @module
 */
import { btfBytesOf } from "../../bytecode-tools/btf/file.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { generateTypes } from "../../bytecode-tools/types/gen.ts";
import { usageError } from "../../core/errors.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { EVENT, LANGUAGE, OBJECT_FILE } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import type { InputFile } from "../input_file.ts";
import { readObject } from "../object.ts";
import type { ParsedInput } from "../parsed_input.ts";

async function header({ name, bytes }: InputFile): Promise<string> {
  const { Inspector } = await import("../../bytecode-tools/inspector/inspector.ts");
  return withRefusals("Cannot write a header for", name, () => {
    gateObject(bytes);
    using inspector = Inspector.fresh();
    return inspector.dumpC(inspector.openBtf(btfBytesOf(bytes)));
  });
}

/** Writes types of an object. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const file = await readObject(context, input, input.must(OBJECT_FILE));
  const events = input.all(EVENT);
  if (input.one(LANGUAGE) !== "c") {
    const source = file.name.slice(file.name.lastIndexOf("/") + 1);
    const text = withRefusals("Cannot generate types of", file.name, () => {
      return generateTypes(gateObject(file.bytes), { source, events });
    });
    return context.terminal.out(text);
  }
  if (events.length > 0) {
    throw usageError("Cannot use --event with --lang c: a header has all types anyway");
  }
  context.terminal.out(await header(file));
}
