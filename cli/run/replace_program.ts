/**
 * `program replace`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { NEW_MAPS, NEW_NAME, WITH } from "../commands/replace.ts";
import { GLOBAL } from "../commands/program.ts";
import { PROGRAM_ID } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readObjectPlace } from "./object_place.ts";
import { toRecord } from "./pairs.ts";

/** Replaces a program and prints the new version. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const name = input.one(NEW_NAME);
  const programId = input.must(PROGRAM_ID);
  const request = {
    programId,
    ...await readObjectPlace(context, input, input.must(WITH)),
    globals: toRecord("--global", input.all(GLOBAL)),
    newMaps: input.has(NEW_MAPS),
    ...(name === undefined ? {} : { name }),
  };
  const manager = await context.manager();
  const view = await manager.replaceProgram(request);
  const { out, style } = context.terminal;
  if (context.format === "text") return out(programsText([view], style));
  out(toJsonText({ replaced: programId, program: programJson(view, "load") }));
}
