/**
 * `install-unit`.
 *
 * @module
 */
import { installUnits, unitsFor } from "../../core/units/install.ts";
import { DEFAULT_UNIT_DIRECTORY } from "../../core/units/settings.ts";
import { ENABLE_UNITS, PRINT_UNITS, UNIT_DIRECTORY } from "../commands/units.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { changesText, commandsAfterInstall, unitsText } from "../output/units.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { unitSettings } from "../unit_settings.ts";

/** Writes units, or prints them. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { terminal, format } = context;
  const directory = input.one(UNIT_DIRECTORY) ?? DEFAULT_UNIT_DIRECTORY;
  const units = unitsFor(unitSettings(context, input));
  const isEnabled = input.one(ENABLE_UNITS) === true;
  if (input.one(PRINT_UNITS) === true) {
    const files = units.map(({ name, text }) => ({ path: `${directory}/${name}`, text }));
    terminal.out(format === "json" ? toJsonText({ units: files }) : unitsText(files));
    return Promise.resolve();
  }
  const changes = installUnits(units, { directory, isEnabled });
  const commands = commandsAfterInstall(units, isEnabled);
  terminal.out(
    format === "json" ? toJsonText({ units: changes, commands }) : changesText(changes, commands),
  );
  return Promise.resolve();
}
