/**
 * Failures of the data directory, which lies where the user or the machine's owner wants it.
 *
 * @module
 */
import { BpfmanError } from "./errors.ts";

/**
 * Runs what reads or writes below the data directory; what the file system says is told with the place.
 *
 * @param path The directory that is worked in.
 * @param work What is done; its own errors stay.
 */
export function inDataDirectory<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof BpfmanError || cause instanceof Deno.errors.NotCapable) throw cause;
    throw new BpfmanError(`Cannot use "${path}"`, {
      code: "data-directory",
      hint: "Run as who may use it, or choose another place with --data-dir",
      cause,
    });
  }
}
