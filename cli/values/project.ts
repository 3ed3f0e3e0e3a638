/**
 * Readers of what a new project is to be.
 *
 * @module
 */
import { isProjectName, MAX_NAME_LENGTH, PROJECT_KINDS, type ProjectKind } from "../new/name.ts";
import { ValueProblem } from "./problem.ts";
import { readWord } from "./word.ts";

/** Reads a kind of project. */
export function readProjectKind(input: string): ProjectKind {
  return readWord(PROJECT_KINDS, input);
}

/** Reads the name of a project. */
export function readProjectName(input: string): string {
  if (isProjectName(input)) return input;
  throw new ValueProblem(
    `must be lower-case letters and digits, with single - or _ between, begin with a letter, and have at most ${MAX_NAME_LENGTH} characters`,
  );
}
