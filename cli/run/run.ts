/**
 * `run`: load and attach in one.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import type { AttachTarget, ProgramType } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { linkJson } from "../output/link_json.ts";
import { linkText } from "../output/link_text.ts";
import { programJson } from "../output/program_json.ts";
import { programText } from "../output/program_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { OBJECT_PATH } from "../commands/program.ts";
import { readLoadSettings } from "./load_file.ts";
import { readObjectPlace } from "./object_place.ts";
import { readTarget } from "./target.ts";

function kindFor(type: ProgramType): AttachTarget["kind"] {
  if (type === "kretprobe") return "kprobe";
  return type === "uretprobe" ? "uprobe" : type;
}

/** Loads one program, attaches it, and prints both. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const settings = readLoadSettings(input);
  const [program, second] = settings.programs;
  if (program === undefined || second !== undefined) {
    throw usageError("A run takes exactly one program", "Give --programs TYPE:NAME once");
  }
  const target = readTarget(kindFor(program.type), input);
  const place = await readObjectPlace(context, input, input.must(OBJECT_PATH));
  const load = { ...place, ...settings };
  const manager = await context.manager();
  const made = await manager.run({ load, target });
  const { out, style } = context.terminal;
  if (context.format === "json") {
    return out(
      toJsonText({ program: programJson(made.program, "load"), link: linkJson(made.link) }),
    );
  }
  out(`${programText(made.program, style)}\n${linkText(made.link, style)}`);
}
