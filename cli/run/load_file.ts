/**
 * `load file`: from arguments to a load.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { ProgramView } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { sizeText } from "../output/size_text.ts";
import { programJson } from "../output/program_json.ts";
import { programsText } from "../output/program_text.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printWarnings } from "../prepare/warn.ts";

/** Objects of this size, in bytes, keep the verifier busy for longer than people like to wait. */
const SLOW_OBJECT = 1_000_000;

/** Prints what was loaded. */
async function printLoaded(
  context: CommandContext,
  views: readonly ProgramView[],
): Promise<void> {
  await printDocument(context, {
    data: () => ({ programs: views.map((view) => programJson(view, "load")) }),
    text: (options) => programsText(views, options),
    names: () => views.map(({ record }) => programName(record.programId)),
  });
}

/** Reads the object and decides about it. */
export async function prepare(context: CommandContext, input: ParsedInput): Promise<PreparedLoad> {
  // named by a value: only the process that prepares reads this
  const path = "../prepare/file.ts";
  const { prepareFile }: typeof import("../prepare/file.ts") = await import(path);
  return await prepareFile(context, input);
}

/** Says what is loaded where that takes a while: the kernel cannot be asked how far it is. */
function showLoad({ terminal }: CommandContext, { load }: PreparedLoad): void {
  const size = ("bytes" in load ? load.bytes?.length : load.image?.bytes.length) ?? 0;
  // the next output takes the line away
  if (size >= SLOW_OBJECT) terminal.status?.(`loading an object of ${sizeText(size)}`);
}

/** Loads programs and prints them. */
export async function run(context: CommandContext): Promise<void> {
  const prepared = await context.prepared();
  printWarnings(context, prepared);
  const manager = await context.manager();
  showLoad(context, prepared);
  await printLoaded(context, await manager.load(prepared.load));
}
