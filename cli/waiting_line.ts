/**
 * What a change waits for, as one line for people.
 *
 * @module
 */
import type { Waiting } from "../core/manager.ts";
import type { Terminal } from "./context.ts";

/** Locks that are free sooner are not worth a word. */
const LOCK_PATIENCE_MS = 400;

function seconds(milliseconds: number): string {
  return `${Math.max(0, Math.ceil(milliseconds / 1000))} s`;
}

/** The line's text; undefined while there is nothing to say. */
export function waitingText(waiting: Waiting): string | undefined {
  const { elapsedMs } = waiting;
  if (waiting.kind === "gate") {
    return `watching by the gate, ${seconds(waiting.durationMs - elapsedMs)} left: ${waiting.gate}`;
  }
  if (elapsedMs < LOCK_PATIENCE_MS) return undefined;
  const holder = waiting.holder();
  const who = holder === null ? "another process" : `process ${holder.pid} (${holder.verb})`;
  return `waiting for ${who}, ${Math.floor(elapsedMs / 1000)} s so far`;
}

/** Shows what a change waits for, and takes it away when that is over. */
export class WaitingLine {
  readonly #status: NonNullable<Terminal["status"]>;
  #shown: string | null = null;

  constructor(status: NonNullable<Terminal["status"]>) {
    this.#status = status;
  }

  /** Shows what is waited for; null takes it away. */
  show(waiting: Waiting | null): void {
    const text = waiting === null ? null : waitingText(waiting) ?? null;
    if (text === this.#shown) return;
    this.#shown = text;
    this.#status(text);
  }
}
