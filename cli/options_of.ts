/**
 * The options of a command.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "./command.ts";
import { GLOBAL_OPTIONS } from "./options.ts";

/** Every option that a command takes, its positionals' and the global ones included. */
export function optionsOf(command: CommandSpec): OptionSpec[] {
  const twins = command.positionals.flatMap((spec) => spec.option ?? []);
  return [...twins, ...command.options, ...GLOBAL_OPTIONS];
}
