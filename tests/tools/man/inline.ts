/**
 * Text of Markdown in the language of man(7): code and strong words are bold, links lead to the man
 * page that a page of the documentation is made into.
 *
 * @module
 */
import { roffLine, roffText } from "../../../cli/output/roff.ts";

/** Man pages by the name of the page that they are made of, such as `policy.md`. */
export type PageLinks = ReadonlyMap<string, string>;

const SPAN = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)]+)\)/g;

/** Signs of pictures, and others that terminals without Unicode lack. */
const ASCII: readonly (readonly [signs: RegExp, sign: string])[] = [
  [/[─━═]/g, "-"],
  [/[│┃║]/g, "|"],
  [/[┌┐└┘├┤┬┴┼╭╮╰╯]/g, "+"],
  [/[▶→]/g, ">"],
  [/[◀←]/g, "<"],
  [/[▼↓]/g, "v"],
  [/[▲↑]/g, "^"],
  [/[▁▂▃▄]/g, "="],
  [/…/g, "..."],
  [/\ufffd/g, "U+FFFD"],
  [/\t/g, "        "],
];

/** A text that every terminal can show. */
export function toAscii(text: string): string {
  return ASCII.reduce((now, [signs, sign]) => now.replaceAll(signs, sign), text);
}

/** Words for a link, where reading goes on elsewhere. */
function linkWords(text: string, target: string, links: PageLinks): string {
  const [file = ""] = target.split("#", 1);
  const page = links.get(file);
  const words = plain(text);
  if (page !== undefined) return words === file ? page : `${words} (${page})`;
  if (/^https?:/.test(target)) return words === target ? words : `${words} (${target})`;
  // the name of a file says nothing without the place that it is in
  return file !== "" && words.endsWith(file) ? `${words} of the documentation` : words;
}

function plain(text: string): string {
  return text.replaceAll(SPAN, (_, code, strong, words) => code ?? strong ?? words);
}

function bold(text: string): string {
  return `\\fB${roffText(toAscii(text))}\\fP`;
}

/** A name of a page is bold, its section is not. */
function withPages(text: string): string {
  return roffText(toAscii(text))
    .replaceAll(/\b(bpfman[\w\\-]*) ?\(([1-8])\)/g, "\\fB$1\\fP($2)");
}

/** A text as it is to stand within a line. */
export function inlineRoff(text: string, links: PageLinks): string {
  let done = "";
  let at = 0;
  for (const match of text.matchAll(SPAN)) {
    const [whole, code, strong, words, target] = match;
    done += withPages(text.slice(at, match.index));
    at = match.index + whole.length;
    if (words !== undefined) done += withPages(linkWords(words, target ?? "", links));
    else done += bold(code ?? plain(strong ?? ""));
  }
  return done + withPages(text.slice(at));
}

/** A text as a line of its own. */
export function inlineLine(text: string, links: PageLinks): string {
  const line = inlineRoff(text, links);
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** A line of an example, as it is. */
export function exampleLine(line: string): string {
  return roffLine(toAscii(line));
}
