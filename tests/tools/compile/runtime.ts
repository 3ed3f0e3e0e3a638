/**
 * Where Deno's official program for a machine comes from.
 *
 * @module
 */
import type { Target } from "./elf.ts";

/** The version that this project is tested with; a test keeps it equal to the pinned one. */
export const RUNTIME_VERSION = "2.9.5";

/**
 * Reads Deno's program for a machine.
 *
 * @throws {TypeError} When it cannot be had.
 */
export async function runtimeFor(target: Target): Promise<Uint8Array<ArrayBuffer>> {
  const { deno } = Deno.version;
  if (deno !== RUNTIME_VERSION) {
    throw new TypeError(`Cannot compile with Deno ${deno}: ${RUNTIME_VERSION} is wanted`);
  }
  if (target !== Deno.build.arch) {
    throw new TypeError(`Cannot compile for ${target} on ${Deno.build.arch}`);
  }
  return await Deno.readFile(Deno.execPath());
}
