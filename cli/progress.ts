/**
 * How far slow work is: one line on standard error that is written over, for people.
 *
 * @module
 */
import type { Progress } from "../core/image/types.ts";
import type { Terminal } from "./context.ts";
import { sizeText } from "./output/size_text.ts";

/** Work that is done sooner shows nothing. */
const PATIENCE_MS = 700;
/** Least time between two changes of the line. */
const STEP_MS = 100;

/** Outside world of a {@link ProgressLine}. */
export interface ProgressLineOptions {
  /** Shows a line, or takes it away. Absent where nobody looks. */
  readonly status?: Terminal["status"];
  /** Milliseconds. */
  readonly now: () => number;
}

/** The line's text for a transfer. */
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

  /** Shows how far it is, unless that would be too early or too often. */
  show(text: () => string): void {
    const { status, now } = this.#options;
    if (status === undefined || now() < this.#next) return;
    this.announce(text());
  }

  /** Shows what comes now, which is known to be slow and cannot be looked at on its way. */
  announce(text: string): void {
    const { status, now } = this.#options;
    if (status === undefined) return;
    this.#next = now() + STEP_MS;
    this.#isShown = true;
    status(text);
  }

  [Symbol.dispose](): void {
    if (this.#isShown) this.#options.status?.(null);
  }
}

/** Makes the line of a terminal; it shows nothing where nobody looks. */
export function openProgress({ status }: Terminal): ProgressLine {
  const now = (): number => performance.now();
  return new ProgressLine(status === undefined ? { now } : { status, now });
}
