/**
 * `kernel add`.
 *
 * @module
 */
import { factsFromFile, withModule } from "../../core/facts/add.ts";
import { usageError } from "../../core/errors.ts";
import { KERNEL_FILE, KERNEL_NAME } from "../commands/kernel.ts";
import type { CommandContext } from "../context.ts";
import { kernelStore } from "../kernel_store.ts";
import { profileLine } from "../output/kernels.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readAnyFile } from "../special_file.ts";

/** Keeps the facts of a kernel from a file. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const path = input.must(KERNEL_FILE);
  const name = input.one(KERNEL_NAME);
  const isModule = /\.ko(\.\w+)?$/.test(path);
  if (isModule && name === undefined) {
    throw usageError(
      `Cannot add the module "${path}": --name NAME of its kernel is missing`,
      'See "kernel list" for those that are stored',
    );
  }
  const store = kernelStore(context, input);
  const { bytes } = await readAnyFile(path);
  const profile = isModule && name !== undefined
    ? await withModule(store.load(name), { path, bytes })
    : await factsFromFile({ path, bytes, ...(name === undefined ? {} : { name }) });
  store.save(profile);
  context.terminal.out(profileLine(profile));
}
