/**
 * What a killed predecessor left, and what to do about it. The plan is a pure function of what
 * was seen; applying it is next door.
 *
 * @module
 */
import { adoptedRows, adoptLink } from "./chain/adopt.ts";
import { sweepFolders } from "./chain/folder.ts";
import { type HookRepair, type HookSighting, planHookRepair, sightHook } from "./chain/repair.ts";
import { type Provenance, readProvenance, removeTree } from "./program/publish.ts";
import { isSyscallError } from "./kernel_errors.ts";
import { programIdOfPin } from "./layout.ts";
import { partPins } from "./link/driver.ts";
import { hookOfLink, isMember } from "./link/member_hook.ts";
import type { Machine } from "./machine.ts";
import { removeInternalMaps } from "./program/own_maps.ts";
import { removeMapSet, removeProgramFiles, sweepSharedMaps } from "./program/remove.ts";
import type { Store } from "./store/kv_store.ts";
import { applyChange, mapSetOf, mapSetUsers, type StoreState } from "./store/state.ts";
import type { LinkId, LinkRecord, ProgramId, ProgramRecord } from "./types.ts";

/** What was seen besides the store. */
export interface Observation {
  /** Programs with a pin. */
  readonly pinned: ReadonlySet<ProgramId>;
  /** Folders below `programs/`. */
  readonly folders: ReadonlySet<ProgramId>;
  /** Provenance of pinned programs that have no row. */
  readonly provenance: ReadonlyMap<ProgramId, Provenance>;
  /** Links of the store whose pin exists, besides members of chains. */
  readonly pinnedLinks: ReadonlySet<LinkId>;
  /** Pinned links that the kernel cut, as their interface is gone. */
  readonly severedLinks: ReadonlySet<LinkId>;
  /** What was seen of hooks with chains, by their key. */
  readonly hooks: ReadonlyMap<string, HookSighting>;
}

/** One difference and its mend. */
export type Repair =
  | { readonly kind: "adopt-program"; readonly record: ProgramRecord }
  | { readonly kind: "undo-program"; readonly id: ProgramId }
  | { readonly kind: "forget-program"; readonly record: ProgramRecord }
  | { readonly kind: "finish-link"; readonly id: LinkId }
  | { readonly kind: "drop-link"; readonly id: LinkId }
  | { readonly kind: "drop-severed-link"; readonly id: LinkId }
  | { readonly kind: "adopt-link"; readonly record: LinkRecord }
  | HookRepair;

/** What a link's pin says: nothing there, a link without its interface, or a link. */
function stateOfPin(machine: Machine, link: LinkRecord): "absent" | "severed" | "pinned" {
  const { kernel } = machine;
  const { details } = link;
  if (!("ifindex" in details)) return kernel.files.exists(link.pinPath) ? "pinned" : "absent";
  try {
    using pin = kernel.bpf.openPin(link.pinPath);
    return kernel.bpf.linkInfoByFd(pin.raw).ifindex === 0 ? "severed" : "pinned";
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    // who may not open it knows at least that it is there
    return error.code === "ENOENT" ? "absent" : "pinned";
  }
}

/** Looks at pins and folders; reads only. */
export function observe(machine: Machine, state: StoreState): Observation {
  const { kernel, layout } = machine;
  const pinned = new Set<ProgramId>();
  for (const name of kernel.files.list(layout.bpffs)) {
    const id = programIdOfPin(name);
    if (id !== null) pinned.add(id);
  }
  const folders = new Set(
    kernel.files.list(layout.programs).filter((name) => /^\d+$/.test(name)).map(Number),
  );
  const provenance = new Map<ProgramId, Provenance>();
  for (const id of pinned) {
    const found = state.programs.has(id) ? null : readProvenance(layout, id);
    if (found !== null) provenance.set(id, found);
  }
  const pinnedLinks = new Set<LinkId>();
  const severedLinks = new Set<LinkId>();
  for (const link of ownLinks(state)) {
    const found = stateOfPin(machine, link);
    if (found !== "absent") pinnedLinks.add(link.id);
    if (found === "severed") severedLinks.add(link.id);
  }
  const hooks = new Map([...state.hooks].map(([key, hook]) => [key, sightHook(machine, hook)]));
  return { pinned, folders, provenance, pinnedLinks, severedLinks, hooks };
}

/** Links that stand for themselves: those of a chain are mended with their hook. */
function ownLinks(state: StoreState): LinkRecord[] {
  return [...state.links.values()].filter((link) => hookOfLink(state, link) === null);
}

function repairOfOrphan(id: ProgramId, seen: Observation): Repair {
  const found = seen.provenance.get(id);
  const isWhole = found?.batch.every((member) => seen.pinned.has(member));
  return found !== undefined && isWhole
    ? { kind: "adopt-program", record: found.record }
    : { kind: "undo-program", id };
}

/**
 * Compares the store with what was seen.
 *
 * @param state The store.
 * @param seen Pins and folders.
 * @returns Repairs in the order in which they must be made; empty when all agrees.
 */
export function planRepairs(state: StoreState, seen: Observation): Repair[] {
  const repairs: Repair[] = [];
  for (const [key, record] of state.hooks) {
    const sighting = seen.hooks.get(key);
    const repair = sighting === undefined ? null : planHookRepair(record, sighting);
    if (repair !== null) repairs.push(repair);
  }
  for (const link of ownLinks(state)) {
    const isPinned = seen.pinnedLinks.has(link.id);
    const isLive = isPinned && !seen.severedLinks.has(link.id);
    // a filter has no pin: whether it is there is seen once it is a chain
    if (isMember(link.details) && (isLive || link.details.kind === "tc")) {
      repairs.push({ kind: "adopt-link", record: link });
    } else if (!isPinned) repairs.push({ kind: "drop-link", id: link.id });
    else if (seen.severedLinks.has(link.id)) {
      repairs.push({ kind: "drop-severed-link", id: link.id });
    } else if (link.kernelLinkId === null) repairs.push({ kind: "finish-link", id: link.id });
  }
  for (const record of state.programs.values()) {
    if (!seen.pinned.has(record.programId)) repairs.push({ kind: "forget-program", record });
  }
  const strays = new Set([...seen.pinned, ...seen.folders]);
  for (const id of strays) {
    if (!state.programs.has(id)) repairs.push(repairOfOrphan(id, seen));
  }
  return repairs;
}

/** What a projection asks the kernel for. */
export interface Projection {
  /** The kernel's id of a link that was not finished. */
  readonly kernelLinkId: (record: LinkRecord) => number | null;
  /** The state with a hook's chain as it is now. */
  readonly projectHook: (state: StoreState, repair: HookRepair) => StoreState;
}

/**
 * The state as it is once the repairs are made: what readers, who may not repair, show.
 *
 * @param state The store.
 * @param repairs The plan.
 * @param asks Asked for what only the kernel knows.
 */
export function projectRepairs(
  state: StoreState,
  repairs: readonly Repair[],
  { kernelLinkId, projectHook }: Projection,
): StoreState {
  return repairs.reduce((current, repair) => {
    switch (repair.kind) {
      case "adopt-program":
        return applyChange(current, { putPrograms: [repair.record] });
      case "forget-program":
        return applyChange(current, { deletePrograms: [repair.record.programId] });
      case "drop-link":
      case "drop-severed-link":
        return applyChange(current, { deleteLinks: [repair.id] });
      case "finish-link": {
        const record = current.links.get(repair.id);
        if (record === undefined) return current;
        return applyChange(current, {
          putLinks: [{ ...record, kernelLinkId: kernelLinkId(record) }],
        });
      }
      case "undo-program":
        return current;
      case "adopt-link":
        return applyChange(current, adoptedRows(repair.record, repair.record.pinPath));
      default:
        return projectHook(current, repair);
    }
  }, state);
}

async function forgetProgram(machine: Machine, store: Store, record: ProgramRecord) {
  const setId = mapSetOf(record);
  const users = mapSetUsers(store.state, setId).filter((id) => id !== record.programId);
  if (users.length === 0) removeMapSet(machine, setId);
  removeInternalMaps(machine, record.programId);
  removeTree(machine.layout.programDirectory(record.programId));
  await store.commit({ deletePrograms: [record.programId] });
}

async function finishLink(machine: Machine, store: Store, id: LinkId): Promise<void> {
  const record = store.state.links.get(id);
  if (record === undefined) return;
  using link = machine.kernel.bpf.openPin(record.pinPath);
  const kernelLinkId = machine.kernel.bpf.linkInfoByFd(link.raw).id;
  await store.commit({ putLinks: [{ ...record, kernelLinkId }] });
}

async function dropLink(machine: Machine, store: Store, id: LinkId): Promise<void> {
  const record = store.state.links.get(id);
  if (record !== undefined) {
    for (const pin of [record.pinPath, ...partPins(record)]) {
      if (pin !== "") machine.kernel.files.remove(pin);
    }
  }
  await store.commit({ deleteLinks: [id] });
}

/** Mends a hook; named by a value, as most commands find none to mend (see cli/main.ts). */
async function repairChain(machine: Machine, store: Store, repair: HookRepair): Promise<void> {
  const path = "./chain/repair_hook.ts";
  const { repairHook }: typeof import("./chain/repair_hook.ts") = await import(path);
  await repairHook(machine, store, repair);
}

async function apply(machine: Machine, store: Store, repair: Repair): Promise<void> {
  switch (repair.kind) {
    case "adopt-program":
      return await store.commit({ putPrograms: [repair.record] });
    case "undo-program":
      return removeProgramFiles(machine, repair.id, true);
    case "forget-program":
      return await forgetProgram(machine, store, repair.record);
    case "finish-link":
      return await finishLink(machine, store, repair.id);
    case "drop-severed-link":
    case "drop-link":
      return await dropLink(machine, store, repair.id);
    case "adopt-link":
      return await adoptLink(machine, store, repair.record);
    default:
      return await repairChain(machine, store, repair);
  }
}

/**
 * Finishes or undoes what a predecessor left, before a change is made.
 *
 * @returns What was done.
 */
export async function repairAll(machine: Machine, store: Store): Promise<Repair[]> {
  const repairs = planRepairs(store.state, observe(machine, store.state));
  for (const repair of repairs) await apply(machine, store, repair);
  for (const name of machine.kernel.files.list(machine.layout.staging)) {
    removeTree(`${machine.layout.staging}/${name}`);
  }
  sweepSharedMaps(machine);
  sweepFolders(machine, store.state);
  return repairs;
}

/** True when a repair took away the very link that was to be detached. */
export function isLinkDropped(repairs: readonly Repair[], id: LinkId): boolean {
  return repairs.some((repair) => {
    if ("dropped" in repair) return repair.dropped.includes(id);
    return repair.kind.startsWith("drop-") && "id" in repair && repair.id === id;
  });
}

/** True when a repair took away the very program that was to be unloaded. */
export function isProgramDropped(repairs: readonly Repair[], id: ProgramId): boolean {
  return repairs.some((repair) =>
    repair.kind === "forget-program" && repair.record.programId === id
  );
}
