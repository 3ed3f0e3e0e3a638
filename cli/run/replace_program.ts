/**
 * `program replace`.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { LoadRequest, ObjectPlace } from "../../core/types.ts";
import { GLOBAL } from "../commands/program.ts";
import { NEW_MAPS, NEW_NAME, WITH } from "../commands/replace.ts";
import type { CommandContext } from "../context.ts";
import { PROGRAM_ID } from "../options.ts";
import { toJsonText } from "../output/format.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readLoadSettings } from "./load_settings.ts";
import { toRecord } from "./pairs.ts";

function placeOf(load: LoadRequest): ObjectPlace {
  if (load.image !== undefined) return { image: load.image };
  const { path, bytes } = load;
  return { path, ...(bytes === undefined ? {} : { bytes }) };
}

/** Reads the object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  // what cannot be asked for need not be read
  readLoadSettings(input);
  const path = "../prepare/prepare_object.ts";
  const { prepareObject }: typeof import("../prepare/prepare_object.ts") = await import(path);
  return await prepareObject(context, input, input.must(WITH));
}

/** Replaces a program and prints the new version. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { load } = await context.prepared();
  const name = input.one(NEW_NAME);
  const programId = input.must(PROGRAM_ID);
  const request = {
    programId,
    ...placeOf(load),
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
