/**
 * `status`.
 *
 * @module
 */
import { recordStatus } from "../../core/status/record.ts";
import { RECORD } from "../commands/status.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_DONE, EXIT_DRIFT } from "../exit_codes.ts";
import { printDocument } from "../output/document.ts";
import { statusJson } from "../output/status_json.ts";
import { statusText } from "../output/status_text.ts";
import { subjectNames } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Compares what is remembered with what there is. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const manager = await context.manager();
  const report = await manager.status();
  const record = input.one(RECORD) === true ? recordStatus(report) : null;
  await printDocument(context, {
    data: () => statusJson(report, record),
    text: (options) => statusText(report, record, options),
    names: () => subjectNames(report.findings),
  });
  return report.isFine ? EXIT_DONE : EXIT_DRIFT;
}
