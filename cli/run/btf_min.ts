/**
 * `btf min`.
 *
 * @module
 */
import { btfBytesOf } from "../../bytecode-tools/btf/file.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { minBtf } from "../../bytecode-tools/inspector/min_btf.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { OBJECT_FILE, OUTPUT_FILE, TARGET_BTF } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { readObject } from "../object.ts";
import { writeOutputFile } from "../output_file.ts";
import { bytesText } from "../output/inspection_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readAnyFile } from "../special_file.ts";

/** Writes the BTF that an object needs of a kernel. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { name, bytes } = await readObject(context, input, input.must(OBJECT_FILE));
  withRefusals("Cannot take", name, () => gateObject(bytes));
  const target = await readAnyFile(input.must(TARGET_BTF));
  const btf = withRefusals("Cannot find BTF in", target.name, () => btfBytesOf(target.bytes));
  const result = withRefusals("Cannot cut BTF for", name, () => minBtf(bytes, btf));
  const output = input.must(OUTPUT_FILE);
  writeOutputFile(output, result);
  context.terminal.out(`${output}: ${bytesText(result.length)} of ${bytesText(btf.length)}\n`);
}
