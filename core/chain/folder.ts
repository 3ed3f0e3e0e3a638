/**
 * The folders of revisions on the bpffs.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import { type ChainHook, HOOK_WORDS, hookKey, type HookWord, hookWord } from "./model.ts";
import type { HookRecord } from "./record.ts";
import type { StoreState } from "../store/state.ts";

/** Name of the main program's pin. */
export const MAIN_PIN = "dispatcher";

/** Name of the pin of the array of programs in which a chain of several segments goes on. */
export const SEGMENTS_PIN = "segments";

/** Name of the pin of a member's own link, where an engine makes such. */
export function memberPin(position: number): string {
  return `link_${position}`;
}

/** Removes a folder with its pins; what is gone already is fine. */
export function removeFolder({ kernel: { files, maps } }: Machine, folder: string): void {
  const names = files.list(folder);
  // a packet that is still in the first segment of an old chain must find the second one
  if (names.includes(SEGMENTS_PIN)) maps.waitForPrograms();
  for (const name of names) files.remove(`${folder}/${name}`);
  files.removeDirectory(folder);
}

/** Makes the folder of a revision, empty. */
export function makeFolder(machine: Machine, folder: string): void {
  removeFolder(machine, folder);
  machine.kernel.files.makeDirectory(folder);
}

/** A folder or a link pin by its name, such as `dispatcher_4026531840_2_7`. */
export interface PinName {
  /** Key of its hook. */
  readonly key: string;
  /** Null for the pin of a link. */
  readonly revision: number | null;
}

/** Takes the name of a folder or pin apart; null for others. */
export function parsePin(word: HookWord, name: string): PinName | null {
  const found = /^dispatcher_(\d+)_(\d+)_(\d+|link)$/.exec(name);
  if (found === null) return null;
  const [, nsid, ifindex, last] = found;
  return { key: `${word}_${nsid}_${ifindex}`, revision: last === "link" ? null : Number(last) };
}

/** Numbers of the revisions of a hook that have a folder. */
export function revisionsOf({ kernel, layout }: Machine, hook: ChainHook): number[] {
  const word = hookWord(hook);
  return kernel.files.list(`${layout.bpffs}/${word}`).map((name) => parsePin(word, name))
    .filter((pin) => pin?.key === hookKey(hook)).map((pin) => pin?.revision ?? null)
    .filter((number) => number !== null);
}

/** A number that no revision of a hook has. */
export function freeRevision(machine: Machine, { hook, current }: HookRecord): number {
  return Math.max(current?.revision ?? 0, ...revisionsOf(machine, hook)) + 1;
}

/** Removes every folder of a hook. */
export function removeRevisions(machine: Machine, hook: ChainHook): void {
  for (const number of revisionsOf(machine, hook)) {
    removeFolder(machine, machine.layout.revision(hook, number));
  }
}

/**
 * Removes the folders of revisions that packets do not meet any more. A hook that nobody remembers,
 * as the database was lost, keeps its folders: its chain may still be running.
 */
export function sweepFolders(machine: Machine, state: StoreState): void {
  const { kernel, layout } = machine;
  for (const word of HOOK_WORDS) {
    const parent = `${layout.bpffs}/${word}`;
    for (const name of kernel.files.list(parent)) {
      const pin = parsePin(word, name);
      const record = state.hooks.get(pin?.key ?? "");
      if (pin === null || pin.revision === null || record === undefined) continue;
      const { current, next } = record;
      if (pin.revision === current?.revision || pin.revision === next?.revision) continue;
      removeFolder(machine, `${parent}/${name}`);
    }
  }
}
