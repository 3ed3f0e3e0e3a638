/**
 * Reads shell text far enough to know which commands are in it, with their words: quotes, pipes,
 * lists, comments, lines that go on, and commands in `$(…)`.
 *
 * @module
 */

/** What stands for a value that only a shell knows: right for ids, names and paths alike. */
export const UNKNOWN = "63";

/** Words that end a command. */
const ENDS = /^(?:\|\||&&|;;|[|;&\n(){}])/;

/** Reads one text from its beginning to its end. */
class ShellReader {
  readonly #text: string;
  readonly #commands: string[][] = [];
  #at = 0;
  #words: string[] = [];
  #word: string | undefined;

  constructor(text: string) {
    this.#text = text.replace(/\\\n\s*/g, " ");
  }

  read(): string[][] {
    while (this.#at < this.#text.length) this.#step();
    this.#endCommand();
    return this.#commands;
  }

  #step(): void {
    const rest = this.#text.slice(this.#at);
    const end = ENDS.exec(rest);
    if (rest.startsWith("$(")) this.#substitution();
    else if (rest.startsWith("'") || rest.startsWith('"')) this.#quoted(rest.charAt(0));
    else if (rest.startsWith("$")) this.#variable(rest);
    else if (rest.startsWith("#") && this.#word === undefined) this.#comment(rest);
    else if (end !== null) {
      this.#endCommand();
      this.#at += end[0].length;
    } else if (/^\s/.test(rest)) {
      this.#endWord();
      this.#at++;
    } else if (/^\d?[<>]/.test(rest)) this.#redirection(rest);
    else this.#plain(rest.charAt(0) === "\\" ? 1 : 0);
  }

  #plain(skip: number): void {
    this.#word = `${this.#word ?? ""}${this.#text.charAt(this.#at + skip)}`;
    this.#at += skip + 1;
  }

  #quoted(quote: string): void {
    const end = this.#text.indexOf(quote, this.#at + 1);
    const inside = this.#text.slice(this.#at + 1, end === -1 ? undefined : end);
    if (quote === '"') {
      for (const [, command = ""] of inside.matchAll(/\$\(([^)]*)\)/g)) this.#inner(command);
    }
    const text = quote === '"' ? inside.replace(/\$(?:\([^)]*\)|\w+|[@*#?])/g, UNKNOWN) : inside;
    this.#word = `${this.#word ?? ""}${text}`;
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  #variable(rest: string): void {
    const [found = "$"] = /^\$(?:\{[^}]*\}|\w+|[@*#?$!])/.exec(rest) ?? [];
    this.#word = `${this.#word ?? ""}${UNKNOWN}`;
    this.#at += found.length;
  }

  #substitution(): void {
    let depth = 0;
    let end = this.#at + 1;
    do {
      const sign = this.#text.charAt(end++);
      depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    } while (depth > 0 && end < this.#text.length);
    this.#inner(this.#text.slice(this.#at + 2, end - 1));
    this.#word = `${this.#word ?? ""}${UNKNOWN}`;
    this.#at = end;
  }

  #inner(text: string): void {
    this.#commands.push(...new ShellReader(text).read());
  }

  #comment(rest: string): void {
    const end = rest.indexOf("\n");
    this.#at += end === -1 ? rest.length : end;
  }

  /** `2>&1`, `> file`, `<<<` and the like are no words of the command. */
  #redirection(rest: string): void {
    this.#endWord();
    const [found = ""] = /^\d?[<>]+(?:&\d|\s*[^\s;|&]+)/.exec(rest) ?? [rest.charAt(0)];
    this.#at += found.length;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    if (this.#words.length > 0) this.#commands.push(this.#words);
    this.#words = [];
  }
}

/** The commands of a shell text, each as its words. */
export function shellCommands(text: string): string[][] {
  return new ShellReader(text).read();
}

/** What may stand before a command that is meant: other users, namespaces, clocks, assignments. */
const BEFORE: readonly RegExp[] = [
  /^\w+=/,
  /^(?:sudo|time|exec|then|do|if|!|while)$/,
];

/** The words after `bpfman` of a command that is one of ours; undefined for any other. */
export function ourWords(command: readonly string[]): string[] | undefined {
  let words = [...command];
  for (;;) {
    const [first = ""] = words;
    if (BEFORE.some((pattern) => pattern.test(first))) words = words.slice(1);
    else if (words.slice(0, 3).join(" ") === "ip netns exec") words = words.slice(4);
    else if (first === "timeout") words = words.slice(2);
    else break;
  }
  return words[0] === "bpfman" ? words.slice(1) : undefined;
}
