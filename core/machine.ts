/**
 * What every operation works on: the kernel, the places, the clock.
 *
 * @module
 */
import type { Kernel } from "../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "./errors.ts";
import { isSyscallError, withExplanation } from "./kernel_errors.ts";
import type { Layout } from "./layout.ts";
import type { EngineChoice } from "./chain/model.ts";
import type { MapAccess } from "./types.ts";
import type { WaitListener } from "./waiting.ts";

/** The machine that an operation works on. */
export interface Machine {
  readonly kernel: Kernel;
  readonly layout: Layout;
  readonly now: () => Date;
  /** Who may use pinned maps besides root. @default nobody */
  readonly mapAccess?: MapAccess;
  /** Engine of a hook that has none yet. @default "auto" */
  readonly engine?: EngineChoice;
  /** Is told what a change waits for. */
  readonly onWait?: WaitListener;
}

function makeDirectory(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new BpfmanError(`Cannot make directory "${path}"`, {
      code: "runtime-directory",
      hint: "Run as root, or choose another directory with --runtime-dir",
      cause,
    });
  }
}

function makePinDirectory({ kernel }: Machine, path: string): void {
  try {
    kernel.files.makeDirectory(path);
  } catch (error) {
    if (!isSyscallError(error, "EEXIST")) throw error;
  }
}

/** Makes the directory that holds the lock, so that the lock can be taken. */
export function prepareLock({ layout }: Machine): void {
  makeDirectory(layout.root);
}

/** True when the runtime directory is whole and its bpffs is mounted. */
export function isPrepared({ kernel, layout }: Machine): boolean {
  const wanted = [...layout.directories, ...layout.pinDirectories.slice(-1)];
  return kernel.files.isBpffs(layout.bpffs) && wanted.every((path) => kernel.files.exists(path));
}

/**
 * Makes the rest of the runtime directory and mounts its bpffs, where that was not done yet. The
 * lock must be held: two processes would mount one file system over the other.
 *
 * @param machine The machine.
 * @throws {BpfmanError} When a directory or the mount is refused.
 */
export function prepareMachine(machine: Machine): void {
  if (isPrepared(machine)) return;
  const { kernel, layout } = machine;
  const isMounted = kernel.files.isBpffs(layout.bpffs);
  for (const path of layout.directories) makeDirectory(path);
  const work = { action: `Cannot mount a bpffs at "${layout.bpffs}"`, needs: ["CAP_SYS_ADMIN"] };
  withExplanation(kernel, work, () => {
    if (!isMounted) kernel.files.mountBpffs(layout.bpffs);
    for (const path of layout.pinDirectories) makePinDirectory(machine, path);
  });
}

/**
 * Refuses a runtime directory that cannot be one.
 *
 * @param path Path as it was given.
 * @throws {BpfmanError} For a relative path.
 */
export function checkRuntimeDirectory(path: string): string {
  if (path.startsWith("/")) return path;
  throw new BpfmanError(`The runtime directory "${path}" is not an absolute path`, {
    code: "usage",
    kind: ErrorKind.USAGE,
    hint: "Begin it with a slash",
  });
}
