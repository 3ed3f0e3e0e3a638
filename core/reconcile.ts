/**
 * What a killed predecessor left, and what to do about it. The plan is a pure function of what
 * was seen; applying it is next door.
 *
 * @module
 */
import { adoptedRows } from "./chain/adopt.ts";
import { type HookRepair, type HookSighting, planHookRepair, sightHook } from "./chain/repair.ts";
import { type Provenance, readProvenance } from "./program/publish.ts";
import { isForeignPin, isOfOtherBoot } from "./identity.ts";
import { isSyscallError } from "./kernel_errors.ts";
import { programIdOfPin } from "./layout.ts";
import { hookOfLink, isMember } from "./link/member_hook.ts";
import type { Machine } from "./machine.ts";
import { applyChange, EMPTY_STATE, type StoreChange, type StoreState } from "./store/state.ts";
import type { LinkId, LinkRecord, ProgramId, ProgramRecord } from "./types.ts";

/** What was seen besides the store. */
export interface Observation {
  /** Programs with a pin. */
  readonly pinned: ReadonlySet<ProgramId>;
  /** Folders below `programs/`. */
  readonly folders: ReadonlySet<ProgramId>;
  /** Pins of programs that hold another program than they should: not ours, and not touched. */
  readonly foreignPins: ReadonlySet<ProgramId>;
  /** True when the rows are of another boot: their ids mean nothing any more. */
  readonly isOtherBoot: boolean;
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
  | { readonly kind: "forget-boot"; readonly state: StoreState }
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
  const isOtherBoot = isOfOtherBoot(machine, state);
  const folders = new Set(
    kernel.files.list(layout.programs).filter((name) => /^\d+$/.test(name)).map(Number),
  );
  const kept = isOtherBoot ? EMPTY_STATE : state;
  const provenance = new Map<ProgramId, Provenance>();
  for (const id of pinned) {
    const found = kept.programs.has(id) ? null : readProvenance(layout, id);
    if (found !== null) provenance.set(id, found);
  }
  const foreignPins = new Set<ProgramId>();
  for (const id of pinned) {
    const record = kept.programs.get(id) ?? provenance.get(id)?.record;
    if (isForeignPin(machine, id, record)) foreignPins.add(id);
  }
  for (const id of foreignPins) pinned.delete(id);
  const pinnedLinks = new Set<LinkId>();
  const severedLinks = new Set<LinkId>();
  for (const link of ownLinks(kept)) {
    const found = stateOfPin(machine, link);
    if (found !== "absent") pinnedLinks.add(link.id);
    if (found === "severed") severedLinks.add(link.id);
  }
  const hooks = new Map([...kept.hooks].map(([key, hook]) => [key, sightHook(machine, hook)]));
  return {
    pinned,
    folders,
    foreignPins,
    isOtherBoot,
    provenance,
    pinnedLinks,
    severedLinks,
    hooks,
  };
}

/** Links that stand for themselves: those of a chain are mended with their hook. */
function ownLinks(state: StoreState): LinkRecord[] {
  return [...state.links.values()].filter((link) => hookOfLink(state, link) === null);
}

function repairOfOrphan(id: ProgramId, seen: Observation): Repair {
  const found = seen.provenance.get(id);
  // a member without pin and folder was unloaded since: half a load has the folders of all
  const isWhole = found?.batch.every((member) =>
    seen.pinned.has(member) || !seen.folders.has(member)
  );
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
  if (seen.isOtherBoot) return planAfterBoot(state, seen);
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
  // a load of ours has its folder before its pin: a pin without one was made by somebody else
  for (const id of seen.folders) {
    const isOurs = !seen.foreignPins.has(id);
    if (isOurs && !state.programs.has(id)) repairs.push(repairOfOrphan(id, seen));
  }
  return repairs;
}

/** After a boot no row means anything; what is pinned since was made without any. */
function planAfterBoot(state: StoreState, seen: Observation): Repair[] {
  const isEmpty = state.programs.size + state.links.size + state.hooks.size === 0;
  const filed = [...seen.pinned].filter((id) => seen.folders.has(id));
  const orphans = filed.map((id) => repairOfOrphan(id, seen));
  return isEmpty ? orphans : [{ kind: "forget-boot", state }, ...orphans];
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
      case "forget-boot":
        return applyChange(current, allRows(repair.state));
      case "adopt-link":
        return applyChange(current, adoptedRows(repair.record, repair.record.pinPath));
      default:
        return projectHook(current, repair);
    }
  }, state);
}

/** The removal of every row. */
export function allRows({ programs, links, hooks }: StoreState): StoreChange {
  return {
    deletePrograms: [...programs.keys()],
    deleteLinks: [...links.keys()],
    deleteHooks: [...hooks.keys()],
  };
}

/** True when a repair took away the very link that was to be detached. */
export function isLinkDropped(repairs: readonly Repair[], id: LinkId): boolean {
  return repairs.some((repair) => {
    if (repair.kind === "forget-boot") return repair.state.links.has(id);
    if ("dropped" in repair) return repair.dropped.includes(id);
    return repair.kind.startsWith("drop-") && "id" in repair && repair.id === id;
  });
}

/** True when a repair took away the very program that was to be unloaded. */
export function isProgramDropped(repairs: readonly Repair[], id: ProgramId): boolean {
  return repairs.some((repair) =>
    repair.kind === "forget-boot"
      ? repair.state.programs.has(id)
      : repair.kind === "forget-program" && repair.record.programId === id
  );
}
