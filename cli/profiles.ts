/**
 * The kernels that a command is to check against.
 *
 * @module
 */
import type { KernelProfile } from "../bytecode-tools/kernel/profile.ts";
import { factsFromFile } from "../core/facts/add.ts";
import { usageError } from "../core/errors.ts";
import { BTF_FILES, FACTS_FILES, KERNEL_NAMES } from "./commands/kernel.ts";
import type { CommandContext } from "./context.ts";
import { kernelStore } from "./kernel_store.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { readAnyFile } from "./special_file.ts";

async function fromFile(path: string): Promise<KernelProfile> {
  const { bytes } = await readAnyFile(path);
  return await factsFromFile({ path, bytes });
}

/** The kernels that were named, each once, in the order of the options. */
export async function readProfiles(
  context: CommandContext,
  input: ParsedInput,
): Promise<KernelProfile[]> {
  const store = kernelStore(context, input);
  const wanted = input.all(KERNEL_NAMES);
  const names = wanted.includes("all") ? store.names() : [...new Set(wanted)];
  if (wanted.includes("all") && names.length === 0) {
    throw usageError(
      "Cannot use --kernel all: no kernel is stored",
      'Add one with "kernel add" or "kernel snapshot"',
    );
  }
  const profiles = names.map((name) => store.load(name));
  for (const path of [...input.all(FACTS_FILES), ...input.all(BTF_FILES)]) {
    profiles.push(await fromFile(path));
  }
  return profiles;
}
