/**
 * `kernel snapshot`.
 *
 * @module
 */
import { profileToFile } from "../../bytecode-tools/kernel/profile.ts";
import { captureFacts } from "../../core/facts/capture.ts";
import { FACTS_OUTPUT, KERNEL_NAME } from "../commands/kernel.ts";
import type { CommandContext } from "../context.ts";
import { kernelStore } from "../kernel_store.ts";
import { profileLine } from "../output/kernels.ts";
import { writeOutputFile } from "../output_file.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Keeps the facts of the kernel that runs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const profile = await captureFacts(await context.kernel(), input.one(KERNEL_NAME));
  const output = input.one(FACTS_OUTPUT);
  if (output === undefined) kernelStore(context, input).save(profile);
  else writeOutputFile(output, await profileToFile(profile));
  context.terminal.out(profileLine(profile));
}
