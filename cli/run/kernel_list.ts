/**
 * `kernel list`.
 *
 * @module
 */
import { DOCUMENT_OUTPUT } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { kernelStore } from "../kernel_store.ts";
import { printDocument } from "../output/document.ts";
import { kernelsJson, kernelTable } from "../output/kernels.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Lists the stored kernels. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const kernels = kernelStore(context, input).list();
  const { style, width, err } = context.terminal;
  const format = input.one(DOCUMENT_OUTPUT) ?? "text";
  if (format === "text" && kernels.length === 0) return err("bpfman: note: no kernels\n");
  await printDocument(context.terminal, format, {
    data: () => kernelsJson(kernels),
    text: () => kernelTable(kernels, { style, width }),
  });
}
