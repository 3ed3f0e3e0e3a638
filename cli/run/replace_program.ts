/**
 * `program replace`: a new version takes the place of a program.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { NEW_MAPS, NEW_NAME } from "../commands/replace.ts";
import type { CommandContext } from "../context.ts";
import { PROGRAM_ID } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { replaceGuard } from "../prepare/attach.ts";
import { printWarnings } from "../prepare/warn.ts";

/** Reads the object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  const path = "../prepare/object.ts";
  const { prepareReplace }: typeof import("../prepare/object.ts") = await import(path);
  return await prepareReplace(context, input);
}

/** Replaces a program and prints the new version. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const programId = input.must(PROGRAM_ID);
  const prepared = await context.prepared();
  printWarnings(context, prepared);
  const { programs: [program], ...load } = prepared.load;
  // what was judged is what is loaded, whatever the row says by now
  const name = program?.name ?? input.one(NEW_NAME);
  const request = {
    programId,
    ...load,
    newMaps: input.has(NEW_MAPS),
    admit: await replaceGuard(context, input, prepared),
    ...(name === undefined ? {} : { name }),
  };
  const manager = await context.manager();
  const view = await manager.replaceProgram(request);
  await printDocument(context, {
    data: () => ({ replaced: programId, program: programJson(view, "load") }),
    text: (options) => programsText([view], options),
    names: () => [programName(view.record.programId)],
  });
}
