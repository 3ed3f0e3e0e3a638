/**
 * Reader of label selectors.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import { parseSelector } from "../../core/selector.ts";
import { ValueProblem } from "./problem.ts";

/** Reads a selector and gives it back as it is: whoever filters reads it again. */
export function readSelector(input: string): string {
  try {
    parseSelector(input);
    return input;
  } catch (error) {
    if (!(error instanceof BpfmanError)) throw error;
    throw new ValueProblem(error.message.slice(error.message.indexOf(": ") + 2), error.hint);
  }
}
