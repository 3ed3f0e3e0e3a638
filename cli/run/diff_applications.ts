/**
 * `diff`: applications as they were applied, and what there is.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { requestsByOwner } from "../declared/by_owner.ts";
import { isNothing } from "../declared/preview.ts";
import { EXIT_DONE, EXIT_DRIFT } from "../exit_codes.ts";
import { printDocument } from "../output/document.ts";
import { planDocument } from "../output/planned.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Prints what would have to be done. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const wish = await context.wish();
  const manager = await context.manager();
  const all = [];
  for (const request of requestsByOwner(context, input, wish)) {
    all.push(await manager.previewApply(request));
  }
  const effects = {
    applications: all.flatMap(({ applications }) => applications),
    chains: all.flatMap(({ chains }) => chains),
    capabilities: [...new Set(all.flatMap(({ capabilities }) => capabilities))].sort(),
  };
  await printDocument(context, planDocument(effects));
  return isNothing(effects) ? EXIT_DONE : EXIT_DRIFT;
}
