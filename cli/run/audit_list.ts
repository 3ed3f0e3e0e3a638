/**
 * `audit list`.
 *
 * @module
 */
import { readEntries } from "../../core/audit/read.ts";
import { auditLogOf } from "../audit_log.ts";
import { AUDIT_RESULT, AUDIT_VERB, LIMIT, SINCE } from "../commands/audit.ts";
import type { CommandContext } from "../context.ts";
import { auditTable } from "../output/audit_text.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Lists attempts. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const [since, verb] = [input.one(SINCE), input.one(AUDIT_VERB)];
  const [result, limit] = [input.one(AUDIT_RESULT), input.one(LIMIT)];
  const entries = await readEntries(auditLogOf(context, input), {
    ...(since === undefined ? {} : { since }),
    ...(verb === undefined ? {} : { verb }),
    ...(result === undefined ? {} : { result }),
    ...(limit === undefined ? {} : { limit }),
  });
  await printDocument(context, {
    data: () => ({ entries }),
    text: (options) => auditTable(entries, options),
    names: () => entries.map(({ sequence }) => `entry/${sequence}`),
    emptyNote: "no entries",
  });
}
