/**
 * The log that a command on the audit log is about.
 *
 * @module
 */
import type { AuditPlace } from "../core/audit/types.ts";
import { auditPlace } from "./audit_place.ts";
import { AUDIT_FILE, AUDIT_HEAD } from "./commands/audit.ts";
import type { CommandContext } from "./context.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** The log that the arguments name, else the one that commands write. */
export function auditLogOf(context: CommandContext, input: ParsedInput): AuditPlace {
  const [file, head] = [input.one(AUDIT_FILE), input.one(AUDIT_HEAD)];
  const own = auditPlace(context.settings);
  if (file === undefined) return { ...own, ...(head === undefined ? {} : { head }) };
  // a log from elsewhere has nothing to do with the record of this machine's
  return { file, head: head ?? `${file}.head` };
}
