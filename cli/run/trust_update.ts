/**
 * `trust update`.
 *
 * @module
 */
import { updateRoot } from "../../core/signature/root/update.ts";
import { MIRROR, TUF_ROOT } from "../commands/trust.ts";
import type { CommandContext } from "../context.ts";
import { trustDirectory } from "../data_directory.ts";
import { readInputFile } from "../input_file.ts";
import { printDocument } from "../output/document.ts";
import { updatedJson, updatedText } from "../output/trust.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Most bytes of a root.json. */
const LIMIT = 1024 * 1024;

/** Brings the newest root. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const mirror = input.one(MIRROR);
  const file = input.one(TUF_ROOT);
  const tufRoot = file === undefined
    ? undefined
    : new TextDecoder().decode(readInputFile(file, LIMIT).bytes);
  const updated = await updateRoot({
    directory: trustDirectory(context, input),
    now: new Date(),
    ...mirror === undefined ? {} : { mirror },
    ...tufRoot === undefined ? {} : { tufRoot },
  });
  await printDocument(context, {
    data: () => updatedJson(updated),
    text: () => updatedText(updated),
  });
}
