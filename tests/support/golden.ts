/**
 * Golden cases: expected text with `[WILDCARD]` for any text and `[WILDLINE]` for any text on one
 * line.
 *
 * @module
 */

/** True when a text is what the expectation says. */
export function matchesGolden(expected: string, actual: string): boolean {
  const pattern = expected.split(/(\[WILDCARD\]|\[WILDLINE\])/).map((part) => {
    if (part === "[WILDCARD]") return "[\\s\\S]*?";
    return part === "[WILDLINE]" ? "[^\\n]*?" : RegExp.escape(part);
  }).join("");
  return new RegExp(`^${pattern}$`).test(actual);
}

/** Parses JSON with `//` comments on lines of their own. */
export function parseJsonc(text: string): unknown {
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
}
