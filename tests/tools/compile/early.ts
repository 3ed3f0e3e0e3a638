/**
 * Functions that nearly every command calls, marked for V8.
 *
 * V8 reads a function twice: once to find its end, and again when it is called. A function between
 * brackets is read once, and what V8 makes of it is part of the code that Deno keeps. So the functions
 * that commands are known to call (early_names.txt, written by profile.ts) go between brackets. A list
 * that is out of date costs time and nothing else.
 *
 * @module
 */

const LIST = new URL("./early_names.txt", import.meta.url);
/** The first line of a function of the module itself, as the bundler writes it. */
const FIRST_LINE = /^(?:async )?function\*? ([\w$]+)\(/;
/** What the bundler adds where two names are the same. */
const NUMBER = /\d+$/;

/** What is called early. */
export class EarlyNames {
  readonly #names: ReadonlySet<string>;

  /** @param names Names of functions, and paths of modules such as `cli/app.ts`. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** Reads the list of this checkout. */
  static async read(): Promise<EarlyNames> {
    return new EarlyNames((await Deno.readTextFile(LIST)).split(/\s+/));
  }

  /** True for a function that is called early. */
  hasFunction(name: string): boolean {
    return this.#names.has(name) || this.#names.has(name.replace(NUMBER, ""));
  }

  /** True when one of the modules that a text is made of runs early; the bundler names them. */
  hasModule(text: string): boolean {
    return [...text.matchAll(/^\/\/ ([\w./-]+)$/gm)].some(([, path = ""]) => this.#names.has(path));
  }
}

/** True when every text in backticks that begins in the lines ends in them. */
function hasWholeTexts(lines: readonly string[]): boolean {
  return (lines.join("\n").split("`").length - 1) % 2 === 0;
}

/** Where a function ends that begins at a line; -1 where that is not plain to see. */
function endOf(lines: readonly string[], first: number): number {
  const end = lines.indexOf("}", first);
  // a function, or its last line, may also be part of a text
  const isPlain = hasWholeTexts(lines.slice(0, first)) &&
    hasWholeTexts(lines.slice(first, end + 1));
  return isPlain ? end : -1;
}

/**
 * Puts the early functions of a module first, each between brackets. Declared functions are there
 * before the first line runs; so are these.
 *
 * @param body Lines of a module, without its imports and exports.
 * @param names What is early.
 */
export function withEarlyFunctions(body: string, names: EarlyNames): string {
  const lines = body.split("\n");
  const [early, others]: [string[], string[]] = [[], []];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const name = FIRST_LINE.exec(line)?.[1];
    const end = name !== undefined && names.hasFunction(name) ? endOf(lines, at) : -1;
    if (end === -1) {
      others.push(line);
      continue;
    }
    early.push(`var ${name} = (${lines.slice(at, end + 1).join("\n")});`);
    at = end;
  }
  return [...early, ...others].join("\n");
}
