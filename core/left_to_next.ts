/**
 * Failures after which a process must not take back what it did: it could not write that down, or
 * it is not where it thinks. What it leaves is like the work of a killed process, and the next
 * change reads from the kernel how far that came.
 *
 * @module
 */
import { isStranded } from "./kernel_errors.ts";
import { isStoreFailure } from "./store/store_error.ts";

/** True for a failure whose mess is for the next change to clear. */
export function isLeftToNext(error: unknown): boolean {
  return isStoreFailure(error) || isStranded(error);
}
