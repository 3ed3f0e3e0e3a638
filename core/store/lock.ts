/**
 * The writer's lock: one flock on one file, released by the kernel when its holder dies.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";

const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 100;

/** Held from acquisition to disposal. */
export type Lock = Disposable;

function lockTimeout(path: string, timeoutMs: number): BpfmanError {
  return new BpfmanError(
    `Timed out waiting for lock "${path}" after ${timeoutMs / 1000} s: another process holds it`,
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
      hint: "Run as root, or choose another directory with --runtime-dir",
      cause,
    });
  }
}

/**
 * Takes the lock, waiting for whoever has it.
 *
 * @param path Path of the lock file; made when it does not exist.
 * @param timeoutMs How long to wait in milliseconds; 0 waits for ever.
 * @throws {BpfmanError} `lock-timeout`.
 */
export async function acquireLock(path: string, timeoutMs: number): Promise<Lock> {
  const file = openLockFile(path);
  const started = Date.now();
  try {
    for (let wait = FIRST_WAIT_MS;; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      if (file.tryLockSync(true)) return { [Symbol.dispose]: () => file.close() };
      const left = timeoutMs === 0 ? wait : started + timeoutMs - Date.now();
      if (left <= 0) throw lockTimeout(path, timeoutMs);
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, left)));
    }
  } catch (error) {
    file.close();
    throw error;
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
