/**
 * `run`: load and attach in one.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import { linkName, programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printWarnings } from "../prepare/warn.ts";
import { runTarget } from "./run_target.ts";

/** Reads the object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  const path = "../prepare/object.ts";
  const { prepareRun }: typeof import("../prepare/object.ts") = await import(path);
  return await prepareRun(context, input);
}

/** Loads one program, attaches it, and prints both. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const prepared = await context.prepared();
  printWarnings(context, prepared);
  const { load } = prepared;
  const manager = await context.manager();
  const made = await manager.run({ load, target: runTarget(input) });
  const { program, link } = made;
  await printDocument(context, {
    data: () => ({ program: programJson(program, "load"), link: linkJson(link) }),
    text: (options) => `${programText(program, options)}\n${linkText(link, options)}`,
    names: () => [programName(program.record.programId), linkName(link.record.id)],
  });
}
