/**
 * Taking a program's pins and files away.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { ProgramId } from "../types.ts";
import { removeInternalMaps } from "./own_maps.ts";
import { removeTree } from "./publish.ts";

/**
 * Removes pins of maps that were pinned by name (`LIBBPF_PIN_BY_NAME`) and that no map set has any
 * more. libbpf makes these pins while it loads, so a load that fails or is killed leaves them too.
 */
export function sweepSharedMaps({ kernel, layout }: Machine): void {
  const shared = kernel.files.list(layout.sharedMaps);
  if (shared.length === 0) return;
  const sets = kernel.files.list(`${layout.bpffs}/maps`);
  const used = new Set(sets.flatMap((set) => kernel.files.list(layout.mapDirectory(Number(set)))));
  for (const name of shared) {
    if (!used.has(name)) kernel.files.remove(`${layout.sharedMaps}/${name}`);
  }
}

/** Removes the pins of a map set and its folder. */
export function removeMapSet(machine: Machine, setId: ProgramId): void {
  const { kernel, layout } = machine;
  const directory = layout.mapDirectory(setId);
  for (const name of kernel.files.list(directory)) kernel.files.remove(`${directory}/${name}`);
  kernel.files.removeDirectory(directory);
  sweepSharedMaps(machine);
}

/**
 * Removes everything of a program. The pin goes first: without it the program is gone, and the
 * rest is litter that the next change finds.
 *
 * @param machine The machine.
 * @param id The program.
 * @param withMaps Also the map set of that id.
 */
export function removeProgramFiles(machine: Machine, id: ProgramId, withMaps: boolean): void {
  machine.kernel.files.remove(machine.layout.programPin(id));
  removeInternalMaps(machine, id);
  if (withMaps) removeMapSet(machine, id);
  removeTree(machine.layout.programDirectory(id));
}
