/**
 * What a killed predecessor left, and what to do about it. The plan is a pure function of what
 * was seen; mend.ts applies it, project.ts shows what comes of it.
 *
 * @module
 */
import type { HookRepair } from "./chain/repair.ts";
import type { ApplyIntent } from "./declared/types.ts";
import type { ProgramInfo } from "../ffi/mod.ts";
import { isOfOtherBoot, lookAtPin } from "./identity.ts";
import { isSyscallError } from "./kernel_errors.ts";
import { programIdOfPin } from "./layout.ts";
import { hookOfLink, isMember } from "./link/member_hook.ts";
import type { Machine } from "./machine.ts";
import { type Provenance, readProvenance } from "./program/publish.ts";
import { EMPTY_STATE, type StoreChange, type StoreState } from "./store/state.ts";
import type { LinkId, LinkRecord, ProgramId, ProgramRecord } from "./types.ts";

/** What was seen besides the store. */
export interface Observation {
  /** Programs with a pin. */
  readonly pinned: ReadonlySet<ProgramId>;
  /** Folders below `programs/`. */
  readonly folders: ReadonlySet<ProgramId>;
  /** Pins of programs that hold another program than they should: not ours, and not touched. */
  readonly foreignPins: ReadonlySet<ProgramId>;
  /** What one call tells of the programs behind the other pins, where that may be seen. */
  readonly infos: ReadonlyMap<ProgramId, ProgramInfo>;
  /** True when the rows are of another boot: their ids mean nothing any more. */
  readonly isOtherBoot: boolean;
  /** Provenance of pinned programs that have no row. */
  readonly provenance: ReadonlyMap<ProgramId, Provenance>;
  /** Links of the store whose pin exists, besides members of chains. */
  readonly pinnedLinks: ReadonlySet<LinkId>;
  /** Pinned links that the kernel cut, as their interface is gone. */
  readonly severedLinks: ReadonlySet<LinkId>;
}

/** One difference and its mend, hooks with chains aside. */
export type OwnRepair =
  | { readonly kind: "adopt-program"; readonly record: ProgramRecord }
  | { readonly kind: "undo-program"; readonly id: ProgramId }
  | { readonly kind: "forget-program"; readonly record: ProgramRecord }
  | { readonly kind: "finish-link"; readonly id: LinkId }
  | { readonly kind: "drop-link"; readonly id: LinkId }
  | { readonly kind: "drop-severed-link"; readonly id: LinkId }
  | { readonly kind: "adopt-link"; readonly record: LinkRecord }
  | { readonly kind: "forget-boot"; readonly state: StoreState }
  /** An apply goes on, or back; it is made after all other repairs. */
  | { readonly kind: "resume-apply"; readonly intent: ApplyIntent };

/** One difference and its mend. */
export type Repair = OwnRepair | HookRepair;

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
  const infos = new Map<ProgramId, ProgramInfo>();
  for (const id of pinned) {
    const record = kept.programs.get(id) ?? provenance.get(id)?.record;
    const { isForeign, info } = lookAtPin(machine, id, record);
    if (isForeign) foreignPins.add(id);
    else if (info !== null) infos.set(id, info);
  }
  for (const id of foreignPins) pinned.delete(id);
  const pinnedLinks = new Set<LinkId>();
  const severedLinks = new Set<LinkId>();
  for (const link of ownLinks(kept)) {
    const found = stateOfPin(machine, link);
    if (found !== "absent") pinnedLinks.add(link.id);
    if (found === "severed") severedLinks.add(link.id);
  }
  return {
    pinned,
    folders,
    foreignPins,
    infos,
    isOtherBoot,
    provenance,
    pinnedLinks,
    severedLinks,
  };
}

/** Links that stand for themselves: those of a chain are mended with their hook. */
function ownLinks(state: StoreState): LinkRecord[] {
  return [...state.links.values()].filter((link) => hookOfLink(state, link) === null);
}

function repairOfOrphan(id: ProgramId, seen: Observation): OwnRepair {
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
 * Compares the store with what was seen; chain/repair.ts does it for hooks with chains.
 *
 * @param state The store.
 * @param seen Pins and folders.
 * @returns Repairs in the order in which they must be made; empty when all agrees.
 */
export function planRepairs(state: StoreState, seen: Observation): OwnRepair[] {
  if (seen.isOtherBoot) return planAfterBoot(state, seen);
  const repairs: OwnRepair[] = [];
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
  if (state.apply !== undefined) repairs.push({ kind: "resume-apply", intent: state.apply });
  return repairs;
}

/** After a boot no row means anything; what is pinned since was made without any. */
function planAfterBoot(state: StoreState, seen: Observation): OwnRepair[] {
  const isEmpty = state.programs.size + state.links.size + state.hooks.size === 0 &&
    state.apply === undefined;
  const filed = [...seen.pinned].filter((id) => seen.folders.has(id));
  const orphans = filed.map((id) => repairOfOrphan(id, seen));
  return isEmpty ? orphans : [{ kind: "forget-boot", state }, ...orphans];
}

/** What mends chains; named by a value, as it is not read where there are none (see cli/main.ts). */
function chainRepairs(): Promise<typeof import("./chain/repair.ts")> {
  const path = "./chain/repair.ts";
  return import(path);
}

/** What comes of a comparison. */
export interface Comparison extends Pick<Observation, "infos"> {
  /** Repairs in the order in which they must be made; empty when all agrees. */
  readonly repairs: readonly Repair[];
}

/**
 * Looks at pins and kernel, and compares them with the store.
 *
 * @param machine The machine.
 * @param state The store.
 */
export async function compare(machine: Machine, state: StoreState): Promise<Comparison> {
  const seen = observe(machine, state);
  const hooks = state.hooks.size === 0 || seen.isOtherBoot
    ? []
    : (await chainRepairs()).findHookRepairs(machine, state);
  return { repairs: [...hooks, ...planRepairs(state, seen)], infos: seen.infos };
}

/** The removal of every row. */
export function allRows({ programs, links, hooks }: StoreState): StoreChange {
  return {
    deletePrograms: [...programs.keys()],
    deleteLinks: [...links.keys()],
    deleteHooks: [...hooks.keys()],
    apply: null,
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
