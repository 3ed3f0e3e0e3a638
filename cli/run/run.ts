/**
 * `run`: load and attach in one.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { usageError } from "../../core/errors.ts";
import type { AttachTarget } from "../../core/types.ts";
import { OBJECT_PATH } from "../commands/program.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { kindFor } from "./kind_for.ts";
import { readLoadSettings } from "./load_settings.ts";
import { readTarget } from "./target.ts";

function targetOf(input: ParsedInput): AttachTarget {
  const [program, second] = readLoadSettings(input).programs;
  if (program === undefined || second !== undefined) {
    throw usageError("A run takes exactly one program", "Give --programs TYPE:NAME once");
  }
  return readTarget(kindFor(program.type), input);
}

/** Reads the object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  // whoever cannot say where it goes need not read it
  targetOf(input);
  const path = "../prepare/prepare_object.ts";
  const { prepareObject }: typeof import("../prepare/prepare_object.ts") = await import(path);
  return await prepareObject(context, input, input.must(OBJECT_PATH));
}

/** Loads one program, attaches it, and prints both. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { load } = await context.prepared();
  const manager = await context.manager();
  const made = await manager.run({ load, target: targetOf(input) });
  const { out, style } = context.terminal;
  if (context.format === "json") {
    return out(
      toJsonText({ program: programJson(made.program, "load"), link: linkJson(made.link) }),
    );
  }
  out(`${programText(made.program, style)}\n${linkText(made.link, style)}`);
}
