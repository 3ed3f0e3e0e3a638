/**
 * From samples to the numbers of the tables.
 *
 * @module
 */
import type { Sample } from "./measure.ts";

/** Least, middle and greatest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of some numbers; none give NaN. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? NaN;
  const high = sorted[Math.floor(middle)] ?? NaN;
  return { min: sorted[0] ?? NaN, median: (low + high) / 2, max: sorted.at(-1) ?? NaN };
}

/** A quantity of a sample. */
export type Quantity = "wallMs" | "cpuMs";

/**
 * How much more a command costs than another: the median of the ratios within each round, so that a
 * busy moment of the machine counts on both sides.
 */
export function ratioOf(
  samples: readonly Sample[],
  others: readonly Sample[],
  quantity: Quantity,
): number {
  const ratios = samples.flatMap((sample, round) => {
    const other = others[round];
    return other === undefined ? [] : [sample[quantity] / other[quantity]];
  });
  return spreadOf(ratios).median;
}
