/**
 * Reads the letters of a template one after the other, and knows where it is.
 *
 * @module
 */
import { usageError } from "../../../core/errors.ts";

const SHOWN = 20;

/** The letters of a template. */
export class Reader {
  readonly #text: string;
  /** Number of letters that were read. */
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** True when nothing is left. */
  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** The next letter; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.at);
  }

  /** True when this comes next. */
  sees(text: string): boolean {
    return this.#text.startsWith(text, this.at);
  }

  /** Reads this if it comes next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Reads what must come next. */
  must(text: string): void {
    if (!this.takes(text)) throw this.wrong(`"${text}" is missing`);
  }

  /** Reads what matches here; the pattern is sticky. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  /** Reads space. */
  space(): void {
    this.match(/\s*/y);
  }

  /** The error about what comes next. */
  wrong(why: string): Error {
    const rest = this.#text.slice(this.at, this.at + SHOWN);
    const place = this.isAtEnd ? "at its end" : `at character ${this.at + 1}, before "${rest}"`;
    return usageError(
      `Cannot read the JSONPath "${this.#text}": ${place}: ${why}`,
      "Write a template such as {.programs[*].program_id}, see docs/output.md",
    );
  }
}
