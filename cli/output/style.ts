/**
 * Emphasis for terminals; plain text everywhere else.
 *
 * @module
 */

/** Ways to set text off. Each returns its text unchanged where there is no colour. */
export interface Style {
  /** Headers and titles. */
  header(text: string): string;
  /** Ids of programs and links. */
  id(text: string): string;
  /** What is less important. */
  dim(text: string): string;
  /** Errors. */
  error(text: string): string;
}

const same = (text: string): string => text;

/** No emphasis at all. */
export const PLAIN_STYLE: Style = { header: same, id: same, dim: same, error: same };

function paint(code: number): (text: string) => string {
  return (text) => text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`;
}

/** Colours that every terminal knows. */
export const COLOR_STYLE: Style = {
  header: paint(1),
  id: paint(36),
  dim: paint(2),
  error: paint(31),
};
