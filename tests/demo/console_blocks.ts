/**
 * Commands with their output in Markdown: blocks marked `console`, where lines that begin with `$ `
 * are commands and the others what they print. A line with an ellipsis stands for any lines.
 *
 * @module
 */

/** A command and what it must print. */
export interface Example {
  readonly command: string;
  readonly output: readonly string[];
}

/** Line that stands for any number of lines. */
const ANYTHING = "…";

/** The code blocks of a language. */
export function codeBlocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...markdown.matchAll(pattern)].map(([, code]) => code ?? "");
}

/** The examples of all `console` blocks, in order. */
export function readExamples(markdown: string): Example[] {
  const examples: { command: string; output: string[] }[] = [];
  for (const line of codeBlocks(markdown, "console").join("").split("\n")) {
    if (line.startsWith("$ ")) examples.push({ command: line.slice(2), output: [] });
    else if (line !== "") examples.at(-1)?.output.push(line);
  }
  return examples;
}

/** Greatest number that must be the same everywhere; greater ones are ids, sizes and times. */
const LARGEST_LITERAL = 100;

/**
 * Compares an output with the printed one, number by number. What must be equal are the words and
 * the small numbers; ids may be others, but always the same other.
 */
export class OutputMatcher {
  readonly #ids = new Map<string, string>();

  /** What does not fit, as text for the test's failure; undefined when all fits. */
  mismatch(expected: readonly string[], actual: readonly string[]): string | undefined {
    let at = 0;
    let isSkipping = false;
    for (const line of expected) {
      if (line === ANYTHING) {
        isSkipping = true;
        continue;
      }
      if (isSkipping) { while (at < actual.length && !this.#fits(line, actual[at])) at++; }
      if (!this.#fits(line, actual[at], true)) {
        return `wanted: ${line}\nfound:  ${actual[at] ?? "(the end)"}`;
      }
      isSkipping = false;
      at++;
    }
    if (isSkipping || at >= actual.length) return undefined;
    return `wanted: (the end)\nfound:  ${actual[at]}`;
  }

  /** Compares two lines; `isKept` remembers which id stands for which. */
  #fits(expected: string, actual: string | undefined, isKept = false): boolean {
    if (actual === undefined) return false;
    const [wanted, found] = [expected, actual].map(words);
    if (wanted === undefined || wanted.length !== found?.length) return false;
    const news = new Map<string, string>();
    const isFit = wanted.every((word, index) => {
      const other = found[index] ?? "";
      if (word === other) return true;
      if (!isId(word) || !/^\d+$/.test(other)) return false;
      const known = this.#ids.get(word) ?? news.get(word);
      news.set(word, other);
      return known === undefined || known === other;
    });
    if (isFit && isKept) { for (const [word, other] of news) this.#ids.set(word, other); }
    return isFit;
  }
}

/** Times are the same everywhere, numbers stand alone, and columns may be as wide as they like. */
function words(line: string): string[] {
  return line.replace(/\d+ms/g, "Nms").match(/\d+|[^\d\s]+/g) ?? [];
}

/** True for a number that may be another one on another machine. */
function isId(word: string): boolean {
  return /^\d+$/.test(word) && Number(word) > LARGEST_LITERAL;
}
