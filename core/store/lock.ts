/**
 * The writer's lock: one flock on one file, released by the kernel when its holder dies.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { describeHolder, readHolder, writeHolder } from "./holder.ts";
import type { WaitListener } from "../waiting.ts";
import { queueLength, Ticket } from "./queue.ts";

const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 100;
/** How long the first in the queue sleeps at most: everybody behind it waits, too. */
const HEAD_WAIT_MS = 2;
/** What a turn takes at least, roughly: whoever is far behind need not look often. */
const TURN_MS = 5;
const LONGEST_QUEUE_WAIT_MS = 250;

/** Held from acquisition to disposal. */
export type Lock = Disposable;

/** How a lock is waited for. */
export interface QueueOptions {
  /** What the holder does, such as `attach`: those who wait are told. */
  readonly verb: string;
  /** Folder of the queue. */
  readonly directory: string;
  /** Is told that it waits. */
  readonly onWait?: WaitListener;
}

function lockTimeout(path: string, timeoutMs: number, queue?: QueueOptions): BpfmanError {
  const holder = queue === undefined ? null : readHolder(path);
  const who = holder === null
    ? "another process holds it"
    : `${describeHolder(holder)} has held it since ${holder.since}`;
  return new BpfmanError(
    `Timed out waiting for lock "${path}" after ${timeoutMs / 1000} s: ${who}`,
    {
      code: "lock-timeout",
      kind: ErrorKind.LOCK_TIMEOUT,
      hint: "Wait for the other command, or give a longer --lock-timeout",
    },
  );
}

function openLockFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  } catch (cause) {
    throw new BpfmanError(`Cannot open the lock "${path}"`, {
      code: "lock-unusable",
      hint: "Run as root, on a file system that is writable, or choose another directory with " +
        "--runtime-dir",
      cause,
    });
  }
}

/** The lock once it is taken; its holder's name goes with it. */
function held(file: Deno.FsFile, queue: QueueOptions | undefined): Lock {
  if (queue === undefined) return { [Symbol.dispose]: () => file.close() };
  const since = new Date().toISOString();
  writeHolder(file, { pid: Deno.pid, verb: queue.verb, since });
  return {
    [Symbol.dispose]: () => {
      writeHolder(file, null);
      file.close();
    },
  };
}

/** How long to sleep before the next look: by the place in the queue, else ever longer. */
function pause(last: number, ahead: number | null): number {
  if (ahead === null) return Math.min(last * 2, LONGEST_WAIT_MS);
  return ahead === 0
    ? Math.min(last * 2, HEAD_WAIT_MS)
    : Math.min(ahead * TURN_MS, LONGEST_QUEUE_WAIT_MS);
}

/** True when nobody has come before; whoever has no place takes what is free. */
function mayTake(ticket: Ticket | null, queue: QueueOptions | undefined, tries: number): boolean {
  if (ticket !== null) return ticket.ahead() === 0;
  return queue === undefined || tries > 0 || queueLength(queue.directory) === 0;
}

/**
 * Takes the lock, waiting for whoever has it, and for those who have waited longer.
 *
 * @param path Path of the lock file; made when it does not exist.
 * @param timeoutMs How long to wait in milliseconds; 0 waits for ever.
 * @param queue Where to wait in line, and as what. @default whoever looks at the right moment has it
 * @throws {BpfmanError} `lock-timeout`.
 */
export async function acquireLock(
  path: string,
  timeoutMs: number,
  queue?: QueueOptions,
): Promise<Lock> {
  const file = openLockFile(path);
  const started = Date.now();
  let ticket: Ticket | null = null;
  let wait = FIRST_WAIT_MS;
  try {
    for (let tries = 0;; tries++) {
      if (mayTake(ticket, queue, tries) && file.tryLockSync(true)) return held(file, queue);
      const left = timeoutMs === 0 ? Infinity : started + timeoutMs - Date.now();
      if (left <= 0) throw lockTimeout(path, timeoutMs, queue);
      if (queue !== undefined && ticket === null) ticket = Ticket.take(queue.directory);
      const holder = () => readHolder(path);
      queue?.onWait?.({ kind: "lock", elapsedMs: Date.now() - started, holder });
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, left)));
      wait = pause(wait, ticket === null ? null : ticket.ahead());
    }
  } catch (error) {
    file.close();
    throw error;
  } finally {
    if (ticket !== null) queue?.onWait?.(null);
    ticket?.[Symbol.dispose]();
  }
}

/**
 * Asks whether somebody changes something at this moment. Needs no right to write; who may not
 * read the lock either is told "no".
 *
 * @param path Path of the lock file.
 */
export function isLockHeld(path: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    const isHidden = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (isHidden) return false;
    throw error;
  }
  using owned = file;
  return !owned.tryLockSync(false);
}
