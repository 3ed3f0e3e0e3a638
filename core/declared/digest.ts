/**
 * Digests of applications: two that say the same have the same one, whatever the order of their
 * keys.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DesiredApplication } from "./types.ts";

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}

/**
 * JSON with the keys of every object in the order of their code units; what is undefined is left
 * out.
 *
 * @param value Plain data.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted);
}

/**
 * `sha256:…` of an application as canonical JSON.
 *
 * @param application The application.
 */
export function digestOfApplication(application: DesiredApplication): string {
  return `sha256:${createHash("sha256").update(canonicalJson(application)).digest("hex")}`;
}
