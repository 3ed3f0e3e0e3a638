/**
 * `install-unit`.
 *
 * @module
 */
import { installUnits, unitsFor } from "../../core/units/install.ts";
import { DEFAULT_UNIT_DIRECTORY } from "../../core/units/settings.ts";
import { ENABLE_UNITS, PRINT_UNITS, UNIT_DIRECTORY } from "../commands/units.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { changesText, commandsAfterInstall, unitsText } from "../output/units.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { unitSettings } from "../unit_settings.ts";

/** Writes units, or prints them. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const directory = input.one(UNIT_DIRECTORY) ?? DEFAULT_UNIT_DIRECTORY;
  const units = unitsFor(unitSettings(context, input));
  const isEnabled = input.one(ENABLE_UNITS) === true;
  if (input.one(PRINT_UNITS) === true) {
    const files = units.map(({ name, text }) => ({ path: `${directory}/${name}`, text }));
    return printDocument(context, {
      data: () => ({ units: files }),
      text: () => unitsText(files),
    });
  }
  const changes = installUnits(units, { directory, isEnabled });
  const commands = commandsAfterInstall(units, isEnabled);
  return printDocument(context, {
    data: () => ({ units: changes, commands }),
    text: () => changesText(changes, commands),
  });
}
