/**
 * Text on as many lines as it takes in a given width: broken at spaces, and long words after a sign
 * that parts them.
 *
 * @module
 */
import { headOf, textWidth } from "./text_width.ts";

/** Where a long word may end a line without being torn. */
const SEAM = /[/_.:,;=@-](?=[^/_.:,;=@-]*$)/;

/** As much of a long word as goes on one line; never nothing, so that there is an end. */
function piece(word: string, width: number): string {
  const head = headOf(word, width);
  // a character may be wider than the room for it
  if (head === "") return [...word].slice(0, 1).join("");
  const seam = SEAM.exec(head)?.index;
  // a seam near the beginning would waste the line
  return seam === undefined || seam * 2 < head.length ? head : head.slice(0, seam + 1);
}

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  let rest = word;
  while (textWidth(rest) > width) {
    const head = piece(rest, width);
    found.push(head);
    rest = rest.slice(head.length);
    if (rest === "") return found;
  }
  return [...found, rest];
}

/**
 * Sets a text in lines.
 *
 * @param text The text; its spaces stay where no line ends.
 * @param width Columns of a line; words that are longer are broken.
 */
export function foldText(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const parts = pieces(word, width);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? "";
  }
  return line === "" ? lines : [...lines, line];
}

/** Least room that is left for a value beside its label. */
const LEAST_VALUE = 20;

/**
 * A label and its value in lines; those after the first begin where the value does.
 *
 * @param label What stands before the value, with its indent and its gap.
 * @param value The value.
 * @param width Columns of the terminal; null keeps one line.
 */
export function foldValue(label: string, value: string, width: number | null): string[] {
  const room = width === null ? 0 : width - textWidth(label);
  // words of a value stay whole, such as paths, to be copied: the terminal breaks those
  const longest = Math.max(...value.split(" ").map(textWidth));
  if (width === null || textWidth(value) <= room || longest > room || room < LEAST_VALUE) {
    return [`${label}${value}`];
  }
  const indent = " ".repeat(textWidth(label));
  return foldText(value, room).map((line, at) => `${at === 0 ? label : indent}${line}`);
}
