/**
 * Pairs of the command line as an object.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";

/** Makes an object of pairs; the same name twice is a mistake. */
export function toRecord<T>(
  label: string,
  pairs: readonly (readonly [name: string, value: T])[],
): Record<string, T> {
  const seen = new Map<string, T>();
  for (const [name, value] of pairs) {
    if (seen.has(name)) throw usageError(`Cannot use ${label}: "${name}" is given more than once`);
    seen.set(name, value);
  }
  return Object.fromEntries(seen);
}
