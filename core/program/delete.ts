/**
 * Cascading removal: programs with their links and, on request, with the programs that share their
 * maps; links with the program that has no other link left.
 *
 * @module
 */
import { BatchError, notFound } from "../errors.ts";
import { detachLink } from "../link/detach.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import { linksOf, mapSetOf, mapSetUsers, type StoreState } from "../store/state.ts";
import type { LinkId, ProgramId } from "../types.ts";
import { unloadProgram } from "./unload.ts";
import { unmanaged } from "./unmanaged.ts";

/** What a removal did. */
export interface Removed {
  /** Programs that are gone now, in the order in which they went. */
  readonly programs: readonly ProgramId[];
  /** Links that another process still holds. */
  readonly held: readonly LinkId[];
}

interface Failure {
  readonly id: number;
  readonly error: Error;
}

/**
 * Decides which programs go, and in which order: whoever uses the maps of another goes before it.
 *
 * @param state The store.
 * @param ids Programs that were named.
 * @param isRecursive Also those that share maps with a named one.
 */
function planDelete(
  state: StoreState,
  ids: readonly ProgramId[],
  isRecursive: boolean,
): ProgramId[] {
  const wanted = new Set(ids);
  for (const id of isRecursive ? ids : []) {
    const record = state.programs.get(id);
    if (record === undefined) continue;
    for (const user of mapSetUsers(state, mapSetOf(record))) wanted.add(user);
  }
  const isOwner = (id: ProgramId) => state.programs.get(id)?.mapOwnerId === null;
  return [...wanted].sort((a, b) => Number(isOwner(a)) - Number(isOwner(b)) || a - b);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function finish(noun: string, total: number, failures: readonly Failure[]): void {
  const [first] = failures;
  if (first === undefined) return;
  if (total === 1) throw first.error;
  throw new BatchError(`${failures.length} of ${total} ${noun}(s) failed to delete`, failures);
}

/**
 * Removes programs with their links. A failure with one does not keep the others from going.
 *
 * @throws {BatchError} When some could not be removed.
 */
export async function deletePrograms(
  machine: Machine,
  store: Store,
  { ids, isRecursive }: { ids: readonly ProgramId[]; isRecursive: boolean },
): Promise<Removed> {
  const order = planDelete(store.state, ids, isRecursive);
  const programs: ProgramId[] = [];
  const held: LinkId[] = [];
  const failures: Failure[] = [];
  for (const id of order) {
    try {
      if (!store.state.programs.has(id)) throw unmanaged(machine, id);
      held.push(...await unloadProgram(machine, store, id));
      programs.push(id);
    } catch (error) {
      failures.push({ id, error: toError(error) });
    }
  }
  finish("program", order.length, failures);
  return { programs, held };
}

/**
 * Removes links, and each program that has no link left. A failure with one does not keep the
 * others from going.
 *
 * @throws {BatchError} When some could not be removed.
 */
export async function deleteLinks(
  machine: Machine,
  store: Store,
  { ids, isRecursive, isGone }: {
    ids: readonly LinkId[];
    isRecursive: boolean;
    isGone: (id: LinkId) => boolean;
  },
): Promise<Removed> {
  const programs: ProgramId[] = [];
  const held: LinkId[] = [];
  const failures: Failure[] = [];
  for (const id of ids) {
    try {
      const record = store.state.links.get(id);
      // a repair took it away a moment ago; its program stays, as nobody knows any more which it was
      if (record === undefined && isGone(id)) continue;
      if (record === undefined) throw notFound("link", id);
      if (!await detachLink(machine, store, id)) held.push(id);
      if (linksOf(store.state, record.programId).length > 0) continue;
      const gone = await deletePrograms(machine, store, { ids: [record.programId], isRecursive });
      programs.push(...gone.programs);
      held.push(...gone.held);
    } catch (error) {
      failures.push({ id, error: toError(error) });
    }
  }
  finish("link", ids.length, failures);
  return { programs, held };
}
