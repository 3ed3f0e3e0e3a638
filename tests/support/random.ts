/**
 * Random numbers that a seed repeats.
 *
 * @module
 */

/** A small generator (mulberry32): good enough to choose test steps. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** One of the items; undefined when there are none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  /** Each item or not, at least one. */
  some<T>(items: readonly T[]): T[] {
    const chosen = items.filter(() => this.below(2) === 1);
    return chosen.length > 0 ? chosen : items.slice(0, 1);
  }
}
