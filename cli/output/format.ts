/**
 * Small pieces of text that several renderers share.
 *
 * @module
 */

/** A value as JSON text: two spaces of indent, one newline at the end. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** An instant as RFC 3339 in UTC, to the second. */
export function rfc3339(instant: Date | string): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Pairs as `a=1, b=2`, sorted; `None` when there are none. */
export function pairsText(pairs: Readonly<Record<string, string>>): string {
  const words = Object.entries(pairs).map(([key, value]) => `${key}=${value}`).sort();
  return words.length === 0 ? "None" : words.join(", ");
}
