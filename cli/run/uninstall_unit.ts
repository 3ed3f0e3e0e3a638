/**
 * `uninstall-unit`.
 *
 * @module
 */
import { findUnits, removeUnits } from "../../core/units/install.ts";
import { DEFAULT_UNIT_DIRECTORY } from "../../core/units/settings.ts";
import { PRINT_UNITS, UNIT_DIRECTORY } from "../commands/units.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { changesText, RELOAD_UNITS } from "../output/units.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Removes units, or tells which. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const directory = input.one(UNIT_DIRECTORY) ?? DEFAULT_UNIT_DIRECTORY;
  const isDryRun = input.one(PRINT_UNITS) === true;
  const changes = isDryRun
    ? findUnits(directory).map((path) => ({ path, state: "to be removed" as const }))
    : removeUnits(directory);
  if (changes.length === 0) {
    context.terminal.err(`bpfman: note: no unit of ours is in "${directory}"\n`);
  }
  const commands = isDryRun || changes.length === 0 ? [] : RELOAD_UNITS;
  return printDocument(context, {
    data: () => ({ units: changes, commands }),
    text: () => changesText(changes, commands),
  });
}
