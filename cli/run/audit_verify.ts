/**
 * `audit verify`: exit code 4 when the log does not hold.
 *
 * @module
 */
import { verifyLog } from "../../core/audit/verify.ts";
import { auditLogOf } from "../audit_log.ts";
import { ANCHOR } from "../commands/audit.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { reportJson, reportText } from "../output/audit_text.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Verifies the log. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const report = await verifyLog(auditLogOf(context, input), { anchors: input.all(ANCHOR) });
  await printDocument(context, {
    data: () => reportJson(report),
    text: () => reportText(report),
  });
  return report.bad === null ? EXIT_DONE : EXIT_CODES.policy;
}
