/**
 * `load file`: from arguments to a load.
 *
 * @module
 */
import type { FileLoadRequest, LoadSettings, ProgramView } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { APPLICATION, GLOBAL, MAP_OWNER_ID, OBJECT_PATH, PROGRAMS } from "../commands/program.ts";
import { METADATA } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "./pairs.ts";

/** Reads from the arguments what every load has. */
export function readLoadSettings(input: ParsedInput): LoadSettings {
  const application = input.one(APPLICATION);
  const mapOwnerId = input.one(MAP_OWNER_ID);
  return {
    programs: input.all(PROGRAMS),
    globals: toRecord("--global", input.all(GLOBAL)),
    metadata: toRecord("--metadata", input.all(METADATA)),
    ...(application === undefined ? {} : { application }),
    ...(mapOwnerId === undefined ? {} : { mapOwnerId }),
  };
}

/** Prints what was loaded. */
export function printLoaded(context: CommandContext, views: readonly ProgramView[]): void {
  const { out, style } = context.terminal;
  if (context.format === "text") return out(programsText(views, style));
  out(toJsonText({ programs: views.map((view) => programJson(view, "load")) }));
}

/** Loads programs and prints them. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const request: FileLoadRequest = {
    path: input.must(OBJECT_PATH),
    ...readLoadSettings(input),
  };
  const manager = await context.manager();
  printLoaded(context, await manager.load(request));
}
