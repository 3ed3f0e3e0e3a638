/**
 * `audit head`: prints what is to be kept elsewhere, of a log that holds.
 *
 * @module
 */
import { verifyLog } from "../../core/audit/verify.ts";
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { auditLogOf } from "../audit_log.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Shows the last entry's place in the chain. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const place = auditLogOf(context, input);
  const { last, bad } = await verifyLog(place);
  if (bad !== null) {
    throw new BpfmanError(
      `Cannot vouch for the audit log: entry ${bad.sequence} at ${bad.file}:${bad.line}: ` +
        bad.reason,
      { code: "audit-broken", kind: ErrorKind.POLICY, hint: "See bpfman audit verify" },
    );
  }
  if (last === null) {
    throw new BpfmanError(`The audit log "${place.file}" has no entries`, {
      code: "audit-empty",
      kind: ErrorKind.NOT_FOUND,
    });
  }
  const { log, sequence, hash } = last;
  await printDocument(context, {
    data: () => ({ log, sequence, hash }),
    text: () => `${sequence}:${hash}\n`,
  });
}
