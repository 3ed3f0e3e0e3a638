/**
 * Emphasis for terminals; plain text everywhere else.
 *
 * @module
 */

/** Meanings that text is set off by. */
export type Tone = "header" | "id" | "dim" | "ok" | "warn" | "bad";

/** Ways to set text off. Each returns its text unchanged where there is no colour. */
export type Style = {
  readonly [T in Tone]: (text: string) => string;
};

const same = (text: string): string => text;

/** No emphasis at all. */
export const PLAIN_STYLE: Style = {
  header: same,
  id: same,
  dim: same,
  ok: same,
  warn: same,
  bad: same,
};

function paint(code: number): (text: string) => string {
  return (text) => text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`;
}

/** Colours that every terminal knows: bold, cyan, faint, green, yellow and red. */
export const COLOR_STYLE: Style = {
  header: paint(1),
  id: paint(36),
  dim: paint(2),
  ok: paint(32),
  warn: paint(33),
  bad: paint(31),
};
