/**
 * Opens the store of kernels as the options and the environment say.
 *
 * @module
 */
import { KernelStore } from "../core/facts/store.ts";
import type { CommandContext } from "./context.ts";
import { dataDirectory } from "./data_directory.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** The stored kernels. */
export function kernelStore(context: CommandContext, input: ParsedInput): KernelStore {
  return new KernelStore(`${dataDirectory(context, input)}/kernels`);
}
