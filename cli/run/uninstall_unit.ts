/**
 * `uninstall-unit`.
 *
 * @module
 */
import { findUnits, removeUnits } from "../../core/units/install.ts";
import { DEFAULT_UNIT_DIRECTORY } from "../../core/units/settings.ts";
import { PRINT_UNITS, UNIT_DIRECTORY } from "../commands/units.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { changesText, RELOAD_UNITS } from "../output/units.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Removes units, or tells which. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { terminal, format } = context;
  const directory = input.one(UNIT_DIRECTORY) ?? DEFAULT_UNIT_DIRECTORY;
  const isDryRun = input.one(PRINT_UNITS) === true;
  const changes = isDryRun
    ? findUnits(directory).map((path) => ({ path, state: "to be removed" as const }))
    : removeUnits(directory);
  if (changes.length === 0) terminal.err(`bpfman: note: no unit of ours is in "${directory}"\n`);
  const commands = isDryRun || changes.length === 0 ? [] : RELOAD_UNITS;
  terminal.out(
    format === "json" ? toJsonText({ units: changes, commands }) : changesText(changes, commands),
  );
  return Promise.resolve();
}
