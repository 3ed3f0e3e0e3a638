/**
 * The table `[audit]` of the configuration.
 *
 * @module
 */
import { checkedTable } from "./config_check.ts";
import { CONFIG_TABLES } from "./config_table.ts";
import type { AuditSettings } from "./context.ts";

/** Understands the table; undefined where there is none. */
export function readAudit(value: unknown, path: string): AuditSettings | undefined {
  const table = checkedTable(value, { name: "audit", path, keys: CONFIG_TABLES.audit });
  if (table === undefined) return undefined;
  const { required, file, max_size: size } = table;
  return {
    ...(typeof required === "boolean" ? { isRequired: required } : {}),
    ...(typeof file === "string" ? { file } : {}),
    ...(typeof size === "number" ? { maxBytes: size } : {}),
  };
}
