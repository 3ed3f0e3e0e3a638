/**
 * Plain data as YAML: what JSON can hold, in block style. Strings are double-quoted as in JSON, which
 * YAML 1.2 reads the same, unless they are plain words that no reader takes for anything else.
 *
 * @module
 */

/** Words that YAML 1.1 or 1.2 reads as a boolean, null or a number. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
const PLAIN = /^[A-Za-z_][\w./+-]*$/;

/** Characters that JSON has as they are, and that YAML allows in no document, or breaks lines at. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function textOf(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text)) return text;
  return JSON.stringify(text).replaceAll(UNPRINTABLE, escaped);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** A value that stands behind its key on the same line; undefined for blocks. */
function inline(value: unknown): string | undefined {
  if (typeof value === "string") return textOf(value);
  // readers of YAML 1.1 take an exponent without a point for a text
  if (typeof value === "number") return String(value).replace(/^(-?\d+)e/, "$1.0e");
  if (typeof value !== "object" || value === null) return String(value);
  if (isEmpty(value)) return Array.isArray(value) ? "[]" : "{}";
  return undefined;
}

function lines(value: object): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const text = inline(item);
      if (text !== undefined) return [`- ${text}`];
      return lines(item).map((line, at) => `${at === 0 ? "- " : "  "}${line}`);
    });
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const text = inline(item);
    if (text !== undefined) return [`${textOf(key)}: ${text}`];
    const indent = Array.isArray(item) ? "" : "  ";
    return [`${textOf(key)}:`, ...lines(item).map((line) => `${indent}${line}`)];
  });
}

/**
 * Plain data as a YAML document.
 *
 * @param value What `JSON.stringify` can write; keys that are undefined are left out there and here.
 */
export function toYamlText(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  const text = inline(plain);
  if (text !== undefined) return `${text}\n`;
  return `${lines(plain as object).join("\n")}\n`;
}
