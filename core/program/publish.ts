/**
 * The folder of a loaded program: its bytecode and where that came from. It appears whole or not
 * at all, and is complete before the program's pin exists: a pin without a row in the store can
 * be explained from it.
 *
 * @module
 */
import type { Layout } from "../layout.ts";
import { faultError } from "../store/store_error.ts";
import type { ProgramId, ProgramRecord } from "../types.ts";

/** Content of provenance.json. */
export interface Provenance {
  /** The row as it goes into the store. */
  readonly record: ProgramRecord;
  /** Every program of the same load: they are kept or dropped together. */
  readonly batch: readonly ProgramId[];
}

/** Writes the folder of a program. */
export function publishProgram(layout: Layout, provenance: Provenance, bytes: Uint8Array): void {
  const { programId } = provenance.record;
  try {
    write(layout, provenance, bytes);
  } catch (cause) {
    throw faultError(
      `Cannot keep the files of program ${programId} in "${layout.programs}"`,
      cause,
    );
  }
}

function write(layout: Layout, provenance: Provenance, bytes: Uint8Array): void {
  const { programId } = provenance.record;
  const staged = Deno.makeTempDirSync({ dir: layout.staging, prefix: `${programId}-` });
  Deno.writeFileSync(`${staged}/bytecode.o`, bytes);
  Deno.writeTextFileSync(
    `${staged}/provenance.json`,
    JSON.stringify(provenance, null, 2) + "\n",
  );
  const target = layout.programDirectory(programId);
  removeTree(target);
  Deno.renameSync(staged, target);
}

/** Reads a program's provenance, null when there is none that can be read. */
export function readProvenance(layout: Layout, id: ProgramId): Provenance | null {
  try {
    const found: Provenance = JSON.parse(Deno.readTextFileSync(layout.provenance(id)));
    return found.record.version === 1 && found.record.programId === id ? found : null;
  } catch {
    return null;
  }
}

/** Removes a directory with everything in it; true when there was one. */
export function removeTree(path: string): boolean {
  try {
    Deno.removeSync(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
