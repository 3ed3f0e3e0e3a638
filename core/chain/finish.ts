/**
 * What the store says once a change of a hook is done, read from pins and kernel: the same for the
 * process that made the change and for one that finds it made.
 *
 * @module
 */
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { StoreChange, StoreState } from "../store/state.ts";
import type { LinkDetails, LinkId, LinkRecord, ProgramId, XdpMode } from "../types.ts";
import { MAIN_PIN, memberPin } from "./folder.ts";
import { type ChainMember, hookKey } from "./model.ts";
import type { HookRecord, PlannedChain, SeatedChain, SeatFacts } from "./record.ts";
import { sightSeat } from "./seat.ts";

/** Links that a change takes away. */
export function droppedLinks({ current, next }: HookRecord): LinkId[] {
  const kept = new Set(next?.members.map(({ linkId }) => linkId));
  return (current?.members ?? []).map(({ linkId }) => linkId).filter((id) => !kept.has(id));
}

/** Links that a change brings. */
export function addedLinks({ current, next }: HookRecord): LinkId[] {
  const known = new Set(current?.members.map(({ linkId }) => linkId));
  return (next?.members ?? []).map(({ linkId }) => linkId).filter((id) => !known.has(id));
}

/** Program behind a pin, null when there is no such pin, or we may not look. */
export function pinnedProgram({ kernel }: Machine, path: string): ProgramId | null {
  try {
    using program = kernel.bpf.openPin(path);
    return kernel.bpf.programInfoByFd(program.raw, "one-call").id;
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return null;
  }
}

/** The mode in which an interface takes its XDP program. */
function modeOf({ kernel }: Machine, { hook }: HookRecord): XdpMode {
  try {
    const found = kernel.network.within(hook.netns, () => kernel.traffic.xdp(hook.ifindex));
    return found?.mode === "generic" ? "generic" : "native";
  } catch (error) {
    // the name of the namespace was taken away while its interface lives on
    if (!isSyscallError(error)) throw error;
    return "native";
  }
}

function seatFacts(machine: Machine, record: HookRecord, next: PlannedChain): SeatFacts {
  const { hook, current } = record;
  if (hook.kind === "tc") {
    const facts = next.tcSeat ?? current?.seat;
    if (facts === undefined) throw new TypeError("Cannot finish a TC chain: it has no filter");
    return facts;
  }
  const { kernelLinkId } = sightSeat(machine, record);
  return {
    kind: "xdp",
    pinPath: machine.layout.seatPin(hook),
    kernelLinkId: kernelLinkId ?? 0,
  };
}

function seatedChain(machine: Machine, record: HookRecord, next: PlannedChain): SeatedChain {
  const { hook, current } = record;
  const { tcSeat: _, foreign: __, ...plan } = next;
  const folder = machine.layout.revision(hook, next.revision);
  const mode = hook.kind === "tc" ? null : current?.mode ?? modeOf(machine, record);
  return {
    ...plan,
    mode,
    mainProgramId: pinnedProgram(machine, `${folder}/${MAIN_PIN}`) ?? 0,
    seat: seatFacts(machine, record, next),
  };
}

/** Id and path of a member's own link; null where the engine makes none. */
function ownLink({ kernel }: Machine, path: string): { id: number; path: string } | null {
  try {
    using link = kernel.bpf.openPin(path);
    return { id: kernel.bpf.linkInfoByFd(link.raw).id, path };
  } catch (error) {
    if (!isSyscallError(error, "ENOENT")) throw error;
    return null;
  }
}

function finishedDetails(
  details: LinkDetails,
  member: ChainMember,
  chain: SeatedChain,
): LinkDetails {
  const { priority, proceedOn } = member;
  if (details.kind === "xdp") {
    const { mode, isModeForced } = chain;
    return { ...details, priority, proceedOn, mode: mode ?? details.mode, isModeForced };
  }
  if (details.kind !== "tc") return details;
  const { seat } = chain;
  const filter = seat.kind === "tc"
    ? { filterPriority: seat.filterPriority, filterHandle: seat.filterHandle }
    : {};
  return { ...details, priority, proceedOn, ...filter };
}

function finishedLink(
  machine: Machine,
  row: LinkRecord,
  { record, chain, position }: {
    readonly record: HookRecord;
    readonly chain: SeatedChain;
    readonly position: number;
  },
): LinkRecord[] {
  const member = chain.members[position];
  if (member === undefined) return [];
  const folder = machine.layout.revision(record.hook, chain.revision);
  const own = ownLink(machine, `${folder}/${memberPin(position)}`);
  const { seat } = chain;
  const shared = seat.kind === "xdp" ? seat : { kernelLinkId: null, pinPath: "" };
  return [{
    ...row,
    programId: member.programId,
    kernelLinkId: own?.id ?? shared.kernelLinkId,
    pinPath: own?.path ?? shared.pinPath,
    details: finishedDetails(row.details, member, chain),
  }];
}

/** Rows of the members of a chain, as they are once it is seated. */
export function finishedRows(
  machine: Machine,
  state: StoreState,
  { record, chain }: { readonly record: HookRecord; readonly chain: SeatedChain },
): LinkRecord[] {
  return chain.members.flatMap(({ linkId }, position) => {
    const row = state.links.get(linkId);
    return row === undefined ? [] : finishedLink(machine, row, { record, chain, position });
  });
}

/**
 * The change of the store with which a hook's change is done. Reads pins and kernel only.
 *
 * @param machine The machine.
 * @param state The store.
 * @param record The hook, with the change under way that has been made.
 */
export function finishedChange(
  machine: Machine,
  state: StoreState,
  record: HookRecord,
): StoreChange {
  const { next } = record;
  if (next === null) return {};
  const deleteLinks = droppedLinks(record);
  if (next.members.length === 0) return { deleteHooks: [hookKey(record.hook)], deleteLinks };
  const chain = seatedChain(machine, record, next);
  const putLinks = finishedRows(machine, state, { record, chain });
  return { putHooks: [{ ...record, current: chain, next: null }], putLinks, deleteLinks };
}

/** The change of the store that takes a hook's change back. */
export function undoneChange(record: HookRecord): StoreChange {
  const deleteLinks = addedLinks(record);
  return record.current === null
    ? { deleteHooks: [hookKey(record.hook)], deleteLinks }
    : { putHooks: [{ ...record, next: null }], deleteLinks };
}
