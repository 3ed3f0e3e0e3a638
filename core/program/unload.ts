/**
 * Removing a program with its links.
 *
 * A kill in between leaves a row whose pin is gone, which the next change forgets.
 *
 * @module
 */
import { withExplanation } from "../kernel_errors.ts";
import { detachLinks } from "../link/detach.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import { linksOf, mapSetOf, mapSetUsers } from "../store/state.ts";
import type { LinkId, ProgramId } from "../types.ts";
import { removeMapSet, removeProgramFiles } from "./remove.ts";
import { unmanaged } from "./unmanaged.ts";

/**
 * Detaches every link of a program, removes its pins and files, and forgets it. Maps go with
 * their last user.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param id The program.
 * @returns Links that another process still holds.
 * @throws {BpfmanError} When the program is not ours, or the kernel refuses.
 */
export async function unloadProgram(
  machine: Machine,
  store: Store,
  id: ProgramId,
): Promise<LinkId[]> {
  const record = store.state.programs.get(id);
  if (record === undefined) throw unmanaged(machine, id);
  const links = linksOf(store.state, id).map((link) => link.id);
  const held = await detachLinks(machine, store, links);
  const setId = mapSetOf(record);
  const isLastUser = mapSetUsers(store.state, setId).every((user) => user === id);
  const work = { action: `Cannot unload program ${id}`, needs: ["CAP_BPF"] };
  withExplanation(machine.kernel, work, () => {
    removeProgramFiles(machine, id, false);
    if (isLastUser) removeMapSet(machine, setId);
  });
  await store.commit({ deletePrograms: [id] });
  return held;
}
