/**
 * The folders of revisions on the bpffs.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import { HOOK_WORDS } from "./model.ts";
import type { HookRecord } from "./record.ts";
import type { StoreState } from "../store/state.ts";

/** Name of the main program's pin. */
export const MAIN_PIN = "dispatcher";

/** Name of the pin of a member's own link, where an engine makes such. */
export function memberPin(position: number): string {
  return `link_${position}`;
}

/** Removes a folder with its pins; what is gone already is fine. */
export function removeFolder({ kernel: { files } }: Machine, folder: string): void {
  for (const name of files.list(folder)) files.remove(`${folder}/${name}`);
  files.removeDirectory(folder);
}

/** Makes the folder of a revision, empty. */
export function makeFolder(machine: Machine, folder: string): void {
  removeFolder(machine, folder);
  machine.kernel.files.makeDirectory(folder);
}

/** Folder of what packets meet now. */
function keptFolder({ layout }: Machine, { hook, current }: HookRecord): string[] {
  return current === null ? [] : [layout.revision(hook, current.revision)];
}

/** Removes the folders of revisions that no hook runs any more. Nothing must be under way. */
export function sweepFolders(machine: Machine, state: StoreState): void {
  const kept = new Set([...state.hooks.values()].flatMap((record) => keptFolder(machine, record)));
  for (const word of HOOK_WORDS) {
    const parent = `${machine.layout.bpffs}/${word}`;
    for (const name of machine.kernel.files.list(parent)) {
      const isRevision = /^dispatcher_\d+_\d+_\d+$/.test(name);
      if (isRevision && !kept.has(`${parent}/${name}`)) removeFolder(machine, `${parent}/${name}`);
    }
  }
}
