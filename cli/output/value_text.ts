/**
 * Values of C types as text and as JSON.
 *
 * @module
 */
import type { Value } from "../../bytecode-tools/values/values.ts";

/** A value as JSON can hold it: wide integers become numbers or, when they are too wide, text. */
export function valueJson(value: Value | undefined): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") {
    const isExact = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return isExact ? Number(value) : String(value);
  }
  if (typeof value !== "object") return value;
  if (value instanceof Uint8Array) return value.toHex();
  if (Array.isArray(value)) return value.map((item) => valueJson(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueJson(item)]));
}

/** Longest text of one value in a table. */
const MAX_LENGTH = 48;

function whole(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Uint8Array) return `hex:${value.toHex()}`;
  if (Array.isArray(value)) return `[${value.map(whole).join(", ")}]`;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${whole(item)}`);
  return `{${fields.join(", ")}}`;
}

/** A value as one short line. */
export function valueText(value: Value): string {
  const text = whole(value);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}
