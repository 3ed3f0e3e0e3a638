/**
 * Work that waits for its turn: no more pieces at once than the machine has room for.
 *
 * @module
 */

/** Runs pieces of work in the order in which they come, so many at once. */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count How many pieces run at once. */
  constructor(count: number) {
    this.#free = count;
  }

  /** Runs a piece as soon as a lane is free, and gives what comes of it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
