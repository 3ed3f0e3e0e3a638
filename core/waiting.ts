/**
 * What a change waits for, as it is told to those who look on.
 *
 * @module
 */

/** Another process changes something. */
export interface LockWait {
  readonly kind: "lock";
  /** How long it has been waited, milliseconds. */
  readonly elapsedMs: number;
  /** Who has the lock: reads a file. Null when nobody is named. */
  readonly holder: () => { readonly pid: number; readonly verb: string } | null;
}

/** New programs are watched by a gate. */
export interface GateWait {
  readonly kind: "gate";
  /** How long they have been watched, milliseconds. */
  readonly elapsedMs: number;
  /** How long they are watched at most, milliseconds. */
  readonly durationMs: number;
  /** The gate, as it was written. */
  readonly gate: string;
}

/** What a change waits for. */
export type Waiting = LockWait | GateWait;

/** Is told again and again what is waited for, and null when that is over. */
export type WaitListener = (waiting: Waiting | null) => void;
