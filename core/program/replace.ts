/**
 * Replacing a program by a new version of it: the links stay where they are and run the new one.
 *
 * Order, and what a kill leaves behind at each point:
 * 1. the new version is loaded; its row says whose place it takes (taken up from here);
 * 2. link by link runs the new version, a chain in one swap each (the same);
 * 3. the old version is unloaded (the same);
 * 4. the row is an ordinary one.
 *
 * @module
 */
import { changeHook } from "../chain/change.ts";
import { linksOfHook } from "../chain/record.ts";
import { isLeftToNext } from "../left_to_next.ts";
import { moveLink } from "../link/move.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { Notice, ProgramRecord, ReplaceRequest } from "../types.ts";
import { loadPrograms } from "./load.ts";
import { type LoadPlan, planLoad } from "./plan_load.ts";
import {
  type GlobalPlan,
  loadRequestOf,
  type MapPlan,
  planKeptGlobals,
  planMaps,
} from "./replace_plan.ts";
import { unloadProgram } from "./unload.ts";
import { unmanaged } from "./unmanaged.ts";

/** What a replacement made. */
export interface Replacement {
  /** The new version. */
  readonly record: ProgramRecord;
  /** What was not taken over from the old one. */
  readonly notices: readonly Notice[];
}

/** Programs that change places. */
interface Exchange {
  readonly from: ProgramRecord;
  readonly to: ProgramRecord;
}

/** Lets every chain with the one program run the other, each in one swap. */
async function moveChains(machine: Machine, store: Store, { from, to }: Exchange): Promise<void> {
  for (const { hook, current } of store.state.hooks.values()) {
    const edits = (current?.members ?? []).filter(({ programId }) => programId === from.programId)
      .map(({ linkId }) => ({ kind: "update", linkId, programId: to.programId }) as const);
    if (edits.length === 0) continue;
    const action = `Cannot replace program ${from.programId} by program ${to.programId}`;
    await changeHook(machine, store, { hook, edits, action });
  }
}

/** Lets every link of the one program run the other; may be done again after it was interrupted. */
async function moveLinks(machine: Machine, store: Store, { from, to }: Exchange): Promise<void> {
  await moveChains(machine, store, { from, to });
  const chained = new Set([...store.state.hooks.values()].flatMap(linksOfHook));
  for (const record of store.state.links.values()) {
    const isConcerned = [from.programId, to.programId].includes(record.programId);
    if (isConcerned && !chained.has(record.id)) {
      await moveLink(machine, store, { record, from, to });
    }
  }
}

function settled({ replaces: _, ...record }: ProgramRecord): ProgramRecord {
  return record;
}

/** Moves the links and takes the old version away. */
async function takePlace(machine: Machine, store: Store, { from, to }: Exchange): Promise<void> {
  await moveLinks(machine, store, { from, to });
  await unloadProgram(machine, store, from.programId);
  await store.commit({ putPrograms: [settled(to)] });
}

/** Gives the links back to the old version and takes the new one away. */
async function giveBack(machine: Machine, store: Store, { from, to }: Exchange): Promise<void> {
  await moveLinks(machine, store, { from: to, to: from });
  await unloadProgram(machine, store, to.programId);
}

async function exchange(machine: Machine, store: Store, programs: Exchange): Promise<void> {
  try {
    await takePlace(machine, store, programs);
  } catch (error) {
    if (isLeftToNext(error)) throw error;
    if (store.state.programs.has(programs.from.programId)) {
      await giveBack(machine, store, programs);
    }
    throw error;
  }
}

/**
 * Takes up a replacement that was interrupted: finishes it, or where the kernel refuses that, gives
 * everything back.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param to The new version, whose row says whose place it takes.
 */
export async function resumeReplace(
  machine: Machine,
  store: Store,
  to: ProgramRecord,
): Promise<void> {
  const from = to.replaces === undefined ? undefined : store.state.programs.get(to.replaces);
  if (from === undefined) return await store.commit({ putPrograms: [settled(to)] });
  try {
    await exchange(machine, store, { from, to });
  } catch (error) {
    // with the new version gone all is as it was before the replacement, and that is a good end
    if (store.state.programs.has(to.programId)) throw error;
  }
}

function noticesOf({ renewed }: MapPlan, { lost }: GlobalPlan): Notice[] {
  return [
    ...renewed.map((name) => ({
      code: "map-renewed",
      message: `map "${name}" begins anew: its schema has changed`,
    })),
    ...lost.map((name) => ({
      code: "global-lost",
      message:
        `global variable "${name}" is not set any more: the new version has none of its size`,
    })),
  ];
}

/** What is known of a replacement before the kernel is asked. */
interface ReplacePlan {
  readonly load: LoadPlan;
  readonly request: ReturnType<typeof loadRequestOf>;
  readonly maps: MapPlan;
  readonly globals: GlobalPlan;
}

async function planReplace(
  machine: Machine,
  record: ProgramRecord,
  request: ReplaceRequest,
): Promise<ReplacePlan> {
  // once without values: the object tells which of the old ones it takes
  const bare = await planLoad(loadRequestOf(record, { ...request, globals: {} }, NO_GLOBALS));
  const globals = planKeptGlobals(record, bare.bytes);
  const wanted = loadRequestOf(record, request, globals);
  const maps = planMaps(machine, record, { bytes: bare.bytes, newMaps: request.newMaps === true });
  return { load: await planLoad(wanted), request: wanted, maps, globals };
}

const NO_GLOBALS: GlobalPlan = { values: {}, lost: [] };

/** Asks whether the new version may be where the old one is. */
function askForPlaces({ state }: Store, from: ProgramRecord, { admit }: ReplaceRequest): void {
  if (admit === undefined) return;
  for (const link of state.links.values()) {
    if (link.programId === from.programId) admit(from, link);
  }
}

/**
 * Replaces a program.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param request The program, and the object with its new version.
 * @returns The new version.
 * @throws {BpfmanError} When the object does not fit, or the kernel refuses; all is as before.
 */
export async function replaceProgram(
  machine: Machine,
  store: Store,
  request: ReplaceRequest,
): Promise<Replacement> {
  const from = store.state.programs.get(request.programId);
  if (from === undefined) throw unmanaged(machine, request.programId);
  askForPlaces(store, from, request);
  const plan = await planReplace(machine, from, request);
  const [to] = await loadPrograms(
    machine,
    {
      state: store.state,
      request: plan.request,
      plan: plan.load,
      replaces: { id: from.programId, maps: plan.maps.kept },
      // still of its application, whose next apply brings back what that wants
      ...(from.declared === undefined ? {} : { mark: { declared: from.declared } }),
    },
    (rows) => store.commit({ putPrograms: rows }),
  );
  if (to === undefined) throw new TypeError("Cannot replace: nothing was loaded");
  await exchange(machine, store, { from, to });
  return { record: settled(to), notices: noticesOf(plan.maps, plan.globals) };
}
