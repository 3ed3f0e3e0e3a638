/**
 * What every operation works on: the kernel, the places, the clock.
 *
 * @module
 */
import type { Kernel } from "../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "./errors.ts";
import { withExplanation } from "./kernel_errors.ts";
import type { Layout } from "./layout.ts";

/** The machine that an operation works on. */
export interface Machine {
  readonly kernel: Kernel;
  readonly layout: Layout;
  readonly now: () => Date;
}

function makeDirectory(path: string): void {
  try {
    Deno.mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw new BpfmanError(`Cannot make directory "${path}"`, {
      code: "runtime-directory",
      hint: "Run as root, or choose another directory with --runtime-dir",
      cause: error,
    });
  }
}

/**
 * Makes the runtime directory and mounts its bpffs, where that was not done yet.
 *
 * @param machine The machine.
 * @throws {BpfmanError} When a directory or the mount is refused.
 */
export function prepareMachine({ kernel, layout }: Machine): void {
  for (const path of layout.directories) makeDirectory(path);
  if (kernel.files.isBpffs(layout.bpffs)) return;
  const work = { action: `Cannot mount a bpffs at "${layout.bpffs}"`, needs: ["CAP_SYS_ADMIN"] };
  withExplanation(kernel, work, () => {
    kernel.files.mountBpffs(layout.bpffs);
    for (const path of layout.pinDirectories) kernel.files.makeDirectory(path);
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
