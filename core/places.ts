/**
 * Makes what a change needs before it begins: directories, and mounts. For callers that may not
 * mount any more when the change runs.
 *
 * @module
 */
import { BpfmanError } from "./errors.ts";
import { isSyscallError } from "./kernel_errors.ts";
import type { Layout } from "./layout.ts";
import { isPrepared, type Machine, prepareLock, prepareMachine } from "./machine.ts";
import { acquireLock } from "./store/lock.ts";

/** What is to be prepared. */
export interface PlacesOptions {
  /** How long to wait for another process in milliseconds; 0 waits for ever. */
  readonly lockTimeoutMs: number;
  /** True for a change that makes something; others leave a machine without state as it is. */
  readonly mayMake: boolean;
  /** Tells whether tracepoints are looked up; may look into the runtime directory. */
  readonly wantsTracefs: () => boolean;
}

/**
 * Makes the runtime directory whole and mounts what is missing.
 *
 * @param machine The machine.
 * @param options What is wanted.
 * @throws {BpfmanError} When a directory or mount is refused, this user may not look into the runtime
 *   directory, or the lock is held too long.
 */
export async function preparePlaces(machine: Machine, options: PlacesOptions): Promise<void> {
  try {
    await makePlaces(machine, options);
  } catch (error) {
    throw explainRefusal(error, machine.layout);
  }
}

async function makePlaces(machine: Machine, options: PlacesOptions): Promise<void> {
  const { kernel, layout } = machine;
  // a machine that refuses tracefs says so where a tracepoint is looked up
  if (options.wantsTracefs()) ignoreRefusal(() => kernel.perf.tracefs());
  if (isPrepared(machine)) return;
  if (!options.mayMake && !kernel.files.exists(layout.root)) return;
  prepareLock(machine);
  using _lock = await acquireLock(layout.lock, options.lockTimeoutMs, {
    verb: "prepare",
    directory: layout.queue,
  });
  prepareMachine(machine);
}

function explainRefusal(error: unknown, { root }: Layout): unknown {
  if (!isSyscallError(error, "EACCES")) return error;
  return new BpfmanError(`Cannot look into the runtime directory "${root}"`, {
    code: "runtime-directory",
    hint: "Run as root, or choose another directory with --runtime-dir",
    cause: error,
  });
}

function ignoreRefusal(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "SyscallError") throw error;
  }
}
