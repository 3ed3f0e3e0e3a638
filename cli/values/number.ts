/**
 * Readers of numbers.
 *
 * @module
 */
import { ValueProblem } from "./problem.ts";

const MAX_UNSIGNED = 0xffff_ffff;
const MAX_SIGNED = 0x7fff_ffff;

function decimal(input: string, smallest: number, largest: number): number {
  if (!/^\d+$/.test(input)) {
    const isNegative = /^-\d+$/.test(input);
    throw new ValueProblem(
      isNegative ? `must be ${smallest} or more` : "must be a decimal number",
    );
  }
  const value = Number(input);
  if (value < smallest) throw new ValueProblem(`must be ${smallest} or more`);
  if (value > largest) throw new ValueProblem(`must be ${largest} or less`);
  return value;
}

/** Reads the id of a program or link. */
export function readId(input: string): number {
  return decimal(input, 1, MAX_UNSIGNED);
}

/** Reads a priority. */
export function readPriority(input: string): number {
  return decimal(input, 0, MAX_SIGNED);
}

/** Reads a process id; 0 is every process. */
export function readPid(input: string): number {
  return decimal(input, 0, MAX_SIGNED);
}

/** Reads a number of samples in a second. */
export function readFrequency(input: string): number {
  return decimal(input, 1, MAX_SIGNED);
}

/** Reads an offset in bytes, decimal or hexadecimal with `0x`. */
export function readOffset(input: string): number {
  if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(input)) {
    throw new ValueProblem("must be a number of bytes, decimal or 0x and hex digits");
  }
  const value = Number(input);
  if (!Number.isSafeInteger(value)) {
    throw new ValueProblem(`must be ${Number.MAX_SAFE_INTEGER} or less`);
  }
  return value;
}
