/**
 * `repair`.
 *
 * @module
 */
import { DRY_RUN, REBUILD_STORE } from "../commands/status.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_DONE, EXIT_DRIFT } from "../exit_codes.ts";
import { printDocument } from "../output/document.ts";
import { repairJson } from "../output/status_json.ts";
import { repairText } from "../output/status_text.ts";
import { subjectNames } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Mends what can be mended. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const manager = await context.manager();
  const report = await manager.repair({
    dryRun: input.one(DRY_RUN) === true,
    rebuildStore: input.one(REBUILD_STORE) === true,
  });
  await printDocument(context, {
    data: () => repairJson(report),
    text: (options) => repairText(report, options),
    names: () => subjectNames(report.left),
  });
  return report.left.some(({ severity }) => severity === "drift") ? EXIT_DRIFT : EXIT_DONE;
}
