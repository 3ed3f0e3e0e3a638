/**
 * Takes values out of an object whose keys were spelt differently over the years, and knows what
 * nobody took.
 *
 * @module
 */
import { type Entry, type Node, plainOf } from "./document.ts";
import type { ManifestPath } from "./types.ts";

/** Is told of what was lost. */
export type Note = (line: number, path: ManifestPath, message: string) => void;

/** A spelling without case and without `_` and `-`. */
export function plainSpelling(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, "");
}

/** An object out of which values are taken, each once. */
export class Taker {
  /** Where the object is. */
  readonly path: ManifestPath;
  /** Its line. */
  readonly line: number;
  readonly #left: Map<string, Entry>;
  readonly #note: Note;

  /** Makes a taker of a node; one that is no object has nothing to take. */
  constructor(node: Node, path: ManifestPath, note: Note) {
    this.path = path;
    this.line = node.line;
    const entries = node.kind === "object" ? node.entries : [];
    this.#left = new Map(entries.map((entry) => [plainSpelling(entry.key), entry]));
    this.#note = note;
  }

  /** Takes the value of the first of these keys that is there; null counts as not there. */
  take(...names: readonly string[]): Entry | undefined {
    const found = names.map((name) => this.#left.get(plainSpelling(name)))
      .find((entry) => entry !== undefined);
    if (found === undefined) return undefined;
    this.#left.delete(plainSpelling(found.key));
    return found.value.kind === "scalar" && found.value.value === null ? undefined : found;
  }

  /** Takes a value as plain data. */
  plain(...names: readonly string[]): unknown {
    const entry = this.take(...names);
    return entry === undefined ? undefined : plainOf(entry.value);
  }

  /** Takes one value or several. */
  list(...names: readonly string[]): unknown[] {
    const value = this.plain(...names);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : [value];
  }

  /** Takes an object. */
  object(...names: readonly string[]): Taker | undefined {
    const entry = this.take(...names);
    return entry && new Taker(entry.value, [...this.path, entry.key], this.#note);
  }

  /** Tells of a key that has no counterpart, when it is there and not as good as absent. */
  lose(name: string, why: string): void {
    const entry = this.take(name);
    if (entry === undefined) return;
    const value = plainOf(entry.value);
    if (value === false || value === 0) return;
    this.#note(entry.line, [...this.path, entry.key], why);
  }

  /** Tells that something became of the object. */
  note(message: string): void {
    this.#note(this.line, this.path, message);
  }

  /** Tells of every key that nobody took. */
  finish(): void {
    for (const { key, line } of this.#left.values()) {
      this.#note(line, [...this.path, key], "is unknown and was left out");
    }
    this.#left.clear();
  }
}
