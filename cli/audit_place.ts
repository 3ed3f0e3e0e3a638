/**
 * Where the audit log is, from the settings.
 *
 * @module
 */
import type { AuditPlace } from "../core/audit/types.ts";
import { DEFAULT_RUNTIME_DIRECTORY } from "../core/layout.ts";
import type { GlobalSettings } from "./context.ts";

/** Directory of the log of the usual runtime directory. */
export const AUDIT_DIRECTORY = "/var/log/bpfman";

/** Directory of the log. */
export function auditDirectory(settings: GlobalSettings): string {
  const { file } = auditPlace(settings);
  return file.slice(0, file.lastIndexOf("/")) || "/";
}

/** The log of a runtime directory: that of the usual one outlives the machine's next start. */
export function auditPlace({ runtimeDirectory, audit }: GlobalSettings): AuditPlace {
  const root = runtimeDirectory.replace(/\/+$/, "");
  const folder = root === DEFAULT_RUNTIME_DIRECTORY ? AUDIT_DIRECTORY : root;
  return {
    file: audit?.file ?? `${folder}/audit.jsonl`,
    head: `${root}/db/audit_head.json`,
    ...(audit?.maxBytes === undefined ? {} : { maxBytes: audit.maxBytes }),
  };
}
