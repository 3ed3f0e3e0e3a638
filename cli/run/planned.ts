/**
 * Answers for what this version knows by name only.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import type { OptionSpec, ValueTypeName } from "../command.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Makes the error of a planned option. */
function plannedError(what: string): BpfmanError {
  return new BpfmanError(`Cannot use "${what}": this version of bpfman cannot do that yet`, {
    code: "not-implemented",
    hint: 'See "bpfman --help" for what it can do',
  });
}

/** Refuses an option that has no effect yet, so that nobody counts on it. */
export function refuseOption<K extends ValueTypeName>(
  input: ParsedInput,
  option: OptionSpec<K>,
): void {
  if (input.some(option) !== undefined) throw plannedError(`--${option.name}`);
}
