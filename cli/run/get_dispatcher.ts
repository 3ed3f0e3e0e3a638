/**
 * `dispatcher get`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { dispatcherJson } from "../output/dispatcher_json.ts";
import { dispatcherText } from "../output/dispatcher_text.ts";
import { printDocument } from "../output/document.ts";
import { dispatcherName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readKey } from "./dispatcher_key.ts";

/** Shows one hook with its chain. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const key = readKey(input);
  const manager = await context.manager();
  const view = await manager.getDispatcher(key);
  await printDocument(context, {
    data: () => dispatcherJson(view),
    text: (options) => dispatcherText(view, options),
    names: () => [dispatcherName(key)],
  });
}
