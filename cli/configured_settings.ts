/**
 * The settings of a command: from its arguments, the environment, and the configuration file.
 *
 * @module
 */
import type { CommandSpec } from "./command.ts";
import type { GlobalSettings, Host } from "./context.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { readSettings } from "./settings.ts";

/** A command with its arguments. */
export interface ConfiguredCommand {
  readonly command: CommandSpec;
  readonly input: ParsedInput;
  readonly host: Host;
}

/**
 * Reads the settings, with what the configuration file says for commands that it concerns.
 *
 * @param configured The command.
 * @param isTold Whether the user is told of what is odd in the file. @default true
 */
export async function configuredSettings(
  { command, input, host }: ConfiguredCommand,
  isTold = true,
): Promise<GlobalSettings> {
  const settings = readSettings(input, (name) => host.env(name));
  const { isChange, net } = PERMISSION_SETS[command.permissions];
  const isAsked = isChange || net === true || command.permissions === "audit" ||
    command.permissions === "units";
  if (!isAsked) return settings;
  const { readConfiguration } = await import("./config_file.ts");
  const { warnings, ...configured } = await readConfiguration(settings.config);
  if (isTold) {
    for (const warning of warnings) host.terminal.err(`bpfman: note: ${warning}\n`);
  }
  return { ...settings, ...configured };
}
