/**
 * How many columns of a terminal text takes: East Asian characters and pictures take two, marks that
 * join the character before them none.
 *
 * @module
 */

const PLAIN = /^[\x20-\x7e]*$/;

/** Ends of the ranges of characters that take two columns (East Asian Width W and F), in pairs. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Asks for the picture of a character that also has a plain form. */
const AS_PICTURE = "\ufe0f";

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as people count them. */
function characters(text: string): string[] {
  // Made at the first need: nearly all output is plain ASCII.
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

function characterWidth(character: string): number {
  if (character.includes(AS_PICTURE) || /\p{Emoji_Presentation}/u.test(character)) return 2;
  // Marks that stand alone have nothing to join, and still take no column.
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Columns that a text takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return characters(text).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** As much of the beginning of a text as fits. */
export function headOf(text: string, columns: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, columns));
  let room = columns;
  const kept: string[] = [];
  for (const character of characters(text)) {
    room -= characterWidth(character);
    if (room < 0) break;
    kept.push(character);
  }
  return kept.join("");
}

/** As much of the end of a text as fits. */
export function tailOf(text: string, columns: number): string {
  if (PLAIN.test(text)) return columns <= 0 ? "" : text.slice(-columns);
  let room = columns;
  const kept: string[] = [];
  for (const character of characters(text).reverse()) {
    room -= characterWidth(character);
    if (room < 0) break;
    kept.push(character);
  }
  return kept.reverse().join("");
}

/**
 * A text without what would move the cursor or change colours: names of processes and interfaces
 * are chosen by others.
 */
export function harmless(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd");
}

/** What the styles write, and what moves the cursor; lines and tabs are left out. */
// deno-lint-ignore no-control-regex
const CONTROLS = /(\x1b\[(?:[0-2]|3[1-6])m)|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * A whole text without what names in it would do to a terminal; lines stay.
 *
 * @param text What is about to be shown to a person.
 * @param isStyled True when the text has colours of ours.
 */
export function readable(text: string, isStyled: boolean): string {
  return text.replace(CONTROLS, (_, own?: string) => {
    if (own === undefined) return "\ufffd";
    return isStyled ? own : `\ufffd${own.slice(1)}`;
  });
}
