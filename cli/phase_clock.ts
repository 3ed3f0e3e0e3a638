/**
 * Measures phases, one after the other, from the start of the process.
 *
 * @module
 */

/** Notes when phases end. */
export class PhaseClock {
  readonly #phases: [phase: string, ms: number][] = [];
  #before = 0;

  /** What was measured so far. */
  get phases(): readonly (readonly [phase: string, ms: number])[] {
    return this.#phases;
  }

  /** Notes that a phase has ended. */
  note(phase: string): void {
    const now = performance.now();
    this.#phases.push([phase, now - this.#before]);
    this.#before = now;
  }
}
