/**
 * `diff`: applications as they were applied, and what there is.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { requestsByOwner } from "../declared/by_owner.ts";
import { isNothing } from "../declared/preview.ts";
import { EXIT_DONE, EXIT_DRIFT } from "../exit_codes.ts";
import { toJsonText } from "../output/format.ts";
import { planJson } from "../output/plan_json.ts";
import { planText } from "../output/plan_text.ts";
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
  const { terminal, format } = context;
  terminal.out(
    format === "json" ? toJsonText(planJson(effects)) : planText(effects, terminal.style),
  );
  return isNothing(effects) ? EXIT_DONE : EXIT_DRIFT;
}
