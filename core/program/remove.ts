/**
 * Taking a program's pins and files away.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { ProgramId } from "../types.ts";
import { removeTree } from "./publish.ts";

/** Removes the pins of a map set and its folder. */
export function removeMapSet({ kernel, layout }: Machine, setId: ProgramId): void {
  const directory = layout.mapDirectory(setId);
  for (const name of kernel.files.list(directory)) kernel.files.remove(`${directory}/${name}`);
  kernel.files.removeDirectory(directory);
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
  if (withMaps) removeMapSet(machine, id);
  removeTree(machine.layout.programDirectory(id));
}
