/**
 * Readers of plain text.
 *
 * @module
 */
import { ValueProblem } from "./problem.ts";

/** Reads any text but the empty one. */
export function readText(input: string): string {
  if (input === "") throw new ValueProblem("must not be empty");
  return input;
}

/** Reads an absolute path and drops slashes at its end. */
export function readAbsolutePath(input: string): string {
  if (!input.startsWith("/")) throw new ValueProblem("must be an absolute path");
  return input.length > 1 ? input.replace(/\/+$/, "") || "/" : input;
}
