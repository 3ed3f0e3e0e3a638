/**
 * Where `run` attaches, from its arguments.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import type { AttachTarget } from "../../core/types.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { kindFor } from "./kind_for.ts";
import { readLoadSettings } from "./load_settings.ts";
import { readTarget } from "./target.ts";

/** Where the only program of a run is attached. */
export function runTarget(input: ParsedInput): AttachTarget {
  const [program, second] = readLoadSettings(input).programs;
  if (program === undefined || second !== undefined) {
    throw usageError("A run takes exactly one program", "Give --programs TYPE:NAME once");
  }
  return readTarget(kindFor(program.type), input);
}
