/**
 * `kernel list`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { kernelStore } from "../kernel_store.ts";
import { printDocument } from "../output/document.ts";
import { kernelsJson, kernelTable } from "../output/kernels.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Lists the stored kernels. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const kernels = kernelStore(context, input).list();
  await printDocument(context, {
    data: () => kernelsJson(kernels),
    text: (options) => kernelTable(kernels, options),
    names: () => kernels.map(({ name }) => `kernel/${name}`),
    emptyNote: "no kernels",
  });
}
