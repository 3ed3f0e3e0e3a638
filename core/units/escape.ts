/**
 * Words as systemd reads them in unit files.
 *
 * @module
 */
import { usageError } from "../errors.ts";

/** Characters that a name of a unit may have as they are. */
const PLAIN = /[A-Za-z0-9:_.]/;

function refuseControl(text: string): void {
  // deno-lint-ignore no-control-regex
  if (!/[\x00-\x1f\x7f]/.test(text)) return;
  throw usageError(
    `Cannot write ${JSON.stringify(text)} into a unit: it has a control character`,
    "Choose a place without one",
  );
}

function quoted(text: string): string {
  const needsQuotes = text === "" || /[\s"'\\;]/.test(text);
  return needsQuotes ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : text;
}

/** One word of a command line. */
export function commandWord(text: string): string {
  refuseControl(text);
  // a percent sign begins a specifier, a dollar sign a variable
  return quoted(text.replaceAll("%", "%%").replaceAll("$", "$$$$"));
}

/** One path in a list of paths, or one assignment of a variable. */
export function listWord(text: string): string {
  refuseControl(text);
  return quoted(text.replaceAll("%", "%%"));
}

/** The value of a setting that is one path: quotes would be part of it. */
export function pathValue(text: string): string {
  refuseControl(text);
  return text.replaceAll("%", "%%");
}

/** Name of the unit that mounts something at a path: `/run/a-b` is `run-a\x2db.mount`. */
export function mountUnitName(path: string): string {
  refuseControl(path);
  const inside = path.replaceAll(/\/+/g, "/").replace(/^\//, "").replace(/\/$/, "");
  const name = [...new TextEncoder().encode(inside)].map((byte, at) => {
    const character = String.fromCharCode(byte);
    if (character === "/") return "-";
    const isPlain = PLAIN.test(character) && !(at === 0 && character === ".");
    return isPlain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return `${inside === "" ? "-" : name.join("")}.mount`;
}
