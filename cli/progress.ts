/**
 * How far a slow transfer is: one line that is written over, for people.
 *
 * @module
 */
import type { Progress } from "../core/image/types.ts";
import { sizeText } from "./output/size_text.ts";

/** Transfers that are done sooner show nothing. */
const PATIENCE_MS = 700;
/** Least time between two changes of the line. */
const STEP_MS = 100;
/** Takes the line back. */
const CLEAR = "\r\x1b[K";

/** Outside world of a {@link ProgressLine}. */
export interface ProgressLineOptions {
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** The line's text. */
export function progressText({ descriptor, done, total }: Progress): string {
  const name = descriptor.digest.replace(/^sha\d+:/, "").slice(0, 12);
  const percent = total === 0 ? 100 : Math.floor(done / total * 100);
  return `${name}: ${sizeText(done)} of ${sizeText(total)} (${percent}%)`;
}

/** Shows progress, and takes it away at the end. */
export class ProgressLine implements Disposable {
  readonly #options: ProgressLineOptions;
  #next: number;
  #isShown = false;

  constructor(options: ProgressLineOptions) {
    this.#options = options;
    this.#next = options.now() + PATIENCE_MS;
  }

  /** Shows how far it is, unless that would be too often. */
  show(progress: Progress): void {
    const now = this.#options.now();
    if (now < this.#next) return;
    this.#next = now + STEP_MS;
    this.#isShown = true;
    this.#options.write(`${CLEAR}${progressText(progress)}`);
  }

  [Symbol.dispose](): void {
    if (this.#isShown) this.#options.write(CLEAR);
  }
}
