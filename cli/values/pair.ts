/**
 * Readers of pairs with an equals sign or a slash between.
 *
 * @module
 */
import { ValueProblem } from "./problem.ts";

/** Splits at the first separator; null when there is none or nothing before it. */
function split(input: string, separator: string): readonly [string, string] | null {
  const at = input.indexOf(separator);
  return at <= 0 ? null : [input.slice(0, at), input.slice(at + 1)];
}

/** Reads `KEY=VALUE`. The value may be empty and may hold further equals signs. */
export function readMetadata(input: string): readonly [key: string, value: string] {
  const pair = split(input, "=");
  if (pair === null) throw new ValueProblem("must be KEY=VALUE");
  return pair;
}

/** Reads `NAME=VALUE`; what the value means is for the type of the variable to say. */
export function readGlobal(input: string): readonly [name: string, value: string] {
  const pair = split(input, "=");
  if (pair === null) throw new ValueProblem("must be NAME=VALUE, such as sampling=100");
  if (pair[1] === "") throw new ValueProblem(`the value after "${pair[0]}=" is missing`);
  return pair;
}

/** Reads `GROUP/NAME` of a tracepoint. */
export function readTracepoint(input: string): { readonly group: string; readonly name: string } {
  const pair = split(input, "/");
  if (pair === null || pair[1] === "" || pair[1].includes("/")) {
    throw new ValueProblem("must be GROUP/NAME, such as sched/sched_switch");
  }
  return { group: pair[0], name: pair[1] };
}
