/**
 * `plan`: what an apply would do.
 *
 * @module
 */
import { DETAILED_EXIT_CODE } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { applyRequest } from "../declared/apply_request.ts";
import { isNothing, printPreview } from "../declared/preview.ts";
import { printWish } from "../declared/print_wish.ts";
import { EXIT_DONE, EXIT_DRIFT } from "../exit_codes.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { prepareApplications } from "../prepare/applications.ts";

/** Prints what would be done. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const wish = await context.wish();
  const prepared = await prepareApplications(context, input);
  printWish(context, wish, prepared);
  const request = await applyRequest(context, input, { wish, prepared });
  const effects = await printPreview(context, request);
  return input.has(DETAILED_EXIT_CODE) && !isNothing(effects) ? EXIT_DRIFT : EXIT_DONE;
}
