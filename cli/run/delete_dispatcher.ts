/**
 * `dispatcher delete`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { dispatcherName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readKey } from "./dispatcher_key.ts";

/** Takes every program off a hook. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const key = readKey(input);
  const manager = await context.manager();
  await manager.deleteDispatcher(key);
  await printDocument(context, {
    data: () => ({ deleted: key }),
    names: () => [dispatcherName(key)],
  });
}
