/**
 * Replacements and runs that were interrupted, taken up by the next change.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { Notice } from "../types.ts";

/**
 * Finishes replacements that a killed predecessor had begun, or gives everything back.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @returns What was done, for the user.
 */
export async function resumeReplaces(machine: Machine, store: Store): Promise<Notice[]> {
  const interrupted = [...store.state.programs.values()]
    .filter(({ replaces }) => replaces !== undefined);
  if (interrupted.length === 0) return [];
  // named by a value: changes that find nothing interrupted do not read these files
  const replacer = "./replace.ts";
  const { resumeReplace }: typeof import("./replace.ts") = await import(replacer);
  const notices: Notice[] = [];
  for (const { programId, replaces } of interrupted) {
    const record = store.state.programs.get(programId);
    if (record === undefined) continue;
    await resumeReplace(machine, store, record);
    const outcome = store.state.programs.has(programId) ? "it is finished" : "it is undone";
    notices.push({
      code: "interrupted-replace",
      message: `program ${programId} was interrupted when it took the place of program ` +
        `${replaces}: ${outcome}`,
    });
  }
  return notices;
}

/**
 * Takes back what interrupted runs had loaded and not attached.
 *
 * @param machine The machine.
 * @param store The store, open for writing; its links are mended.
 * @returns What was done, for the user.
 */
export async function resumeRuns(machine: Machine, store: Store): Promise<Notice[]> {
  const interrupted = [...store.state.programs.values()].filter(({ awaitsLink }) => awaitsLink);
  const notices: Notice[] = [];
  for (const { awaitsLink: _, ...record } of interrupted) {
    const { programId } = record;
    const isAttached = [...store.state.links.values()]
      .some((link) => link.programId === programId);
    if (isAttached) await store.commit({ putPrograms: [record] });
    else {
      const remover = "./unload.ts";
      const { unloadProgram }: typeof import("./unload.ts") = await import(remover);
      await unloadProgram(machine, store, programId);
    }
    notices.push({
      code: "interrupted-run",
      message: `the run of program ${programId} was interrupted: ` +
        `it is ${isAttached ? "finished" : "undone"}`,
    });
  }
  return notices;
}
