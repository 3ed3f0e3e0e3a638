/**
 * Where the binary of a probe is: a file that the loader must be allowed to read.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import { Layout } from "../../core/layout.ts";
import { type BinaryQuery, findBinary } from "../../core/link/binary.ts";
import type { StageCalls } from "./calls.ts";

/**
 * Finds the binary. The loader looks for it once more, and tells what is wrong where it is not found.
 *
 * @param kernel The kernel of this machine.
 * @param query What the probe names.
 */
export function findBinaryFiles(
  kernel: ReturnType<StageCalls["openKernel"]>,
  query: BinaryQuery,
): string[] {
  try {
    return [findBinary({ kernel, layout: new Layout("/"), now: () => new Date() }, query)];
  } catch (error) {
    if (error instanceof BpfmanError) return [];
    throw error;
  }
}
