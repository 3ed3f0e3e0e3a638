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

/** Reads `NAME=HEX`: the bytes as they will lie in memory, first byte first. */
export function readGlobal(input: string): readonly [name: string, value: Uint8Array] {
  const pair = split(input, "=");
  if (pair === null) throw new ValueProblem("must be NAME=HEX, such as sampling=0x01000000");
  const digits = pair[1].replace(/^0[xX]/, "");
  if (digits === "") throw new ValueProblem(`the hex digits after "${pair[0]}=" are missing`);
  const wrong = /[^0-9a-fA-F]/.exec(digits);
  if (wrong !== null) throw new ValueProblem(`"${wrong[0]}" is not a hex digit`);
  if (digits.length % 2 === 1) {
    throw new ValueProblem(
      `must have two hex digits for each byte: ${digits.length} digits are an odd number`,
    );
  }
  return [pair[0], Uint8Array.fromHex(digits)];
}

/** Reads `GROUP/NAME` of a tracepoint. */
export function readTracepoint(input: string): { readonly group: string; readonly name: string } {
  const pair = split(input, "/");
  if (pair === null || pair[1] === "" || pair[1].includes("/")) {
    throw new ValueProblem("must be GROUP/NAME, such as sched/sched_switch");
  }
  return { group: pair[0], name: pair[1] };
}
