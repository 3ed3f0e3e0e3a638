/**
 * `completion`: the script of a shell.
 *
 * @module
 */
import { SHELL } from "../commands/completion.ts";
import { completionScript } from "../completion/script.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Prints the script. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  context.terminal.out(completionScript(input.must(SHELL)));
  return Promise.resolve();
}
