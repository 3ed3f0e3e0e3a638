/**
 * `get link`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { LINK_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printLink } from "./print_link.ts";

/** Shows one link. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const manager = await context.manager();
  await printLink(context, await manager.getLink(input.must(LINK_ID)));
}
