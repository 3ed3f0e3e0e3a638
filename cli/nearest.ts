/**
 * Hints that name the known word which a mistyped one is nearest to.
 *
 * @module
 */
import { nearest } from "../core/suggest.ts";

/** Hint that names the nearest word; undefined when none is near. */
export function didYouMean(input: string, words: readonly string[]): string | undefined {
  const typed = input.toLowerCase();
  const beginning = typed.length > 2 ? words.find((word) => word.startsWith(typed)) : undefined;
  const [word = beginning] = nearest(input, words);
  return word === undefined ? undefined : `Did you mean "${word}"?`;
}
