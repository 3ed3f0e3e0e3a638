/**
 * The table `[audit]` of the configuration.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { AuditSettings } from "./context.ts";

/** Keys of the table. */
export const AUDIT_KEYS = ["required", "file", "max_size"] as const;

/** A file that takes fewer bytes would be full with its first entry. */
const LEAST_SIZE = 4096;

type Table = Readonly<Record<string, unknown>>;

function wrong(key: string, path: string, wanted: string) {
  return usageError(`Cannot use audit.${key} in "${path}": it must be ${wanted}`);
}

function readRequired({ required }: Table, path: string): AuditSettings {
  if (required === undefined) return {};
  if (typeof required !== "boolean") throw wrong("required", path, "true or false");
  return { isRequired: required };
}

function readFile({ file }: Table, path: string): AuditSettings {
  if (file === undefined) return {};
  const isPath = typeof file === "string" && /^\/.*[^/]$/.test(file);
  if (!isPath) throw wrong("file", path, "the absolute path of a file");
  return { file };
}

function readSize({ max_size: size }: Table, path: string): AuditSettings {
  if (size === undefined) return {};
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= LEAST_SIZE) {
    return { maxBytes: size };
  }
  throw wrong("max_size", path, `a whole number of bytes from ${LEAST_SIZE} on`);
}

/** Understands the table; undefined where there is none. */
export function readAudit(value: unknown, path: string): AuditSettings | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`Cannot use audit in "${path}": it must be a table`);
  }
  const table = { ...value };
  return { ...readRequired(table, path), ...readFile(table, path), ...readSize(table, path) };
}
