/**
 * Rows of the store joined with what the kernel says now.
 *
 * @module
 */
import type { LinkInfo, MapInfo } from "../ffi/mod.ts";
import { isSyscallError, withExplanation } from "./kernel_errors.ts";
import { runsOf } from "./chain/runs.ts";
import { sightSeat } from "./chain/seat.ts";
import type { HookRecord } from "./chain/record.ts";
import { hookKey } from "./chain/model.ts";
import { positionOf } from "./link/chain.ts";
import { hookOf, isMember } from "./link/member_hook.ts";
import { findProblem } from "./link/health.ts";
import { lookLink, lookProgram, lookUnpinnedMap } from "./lookups.ts";
import type { Machine } from "./machine.ts";
import { linksOf, mapSetOf, mapSetUsers, type StoreState } from "./store/state.ts";
import {
  APPLICATION_KEY,
  type ChainView,
  type LinkRecord,
  type LinkView,
  type MapView,
  type ProgramRecord,
  type ProgramView,
} from "./types.ts";

/** A map by its pin. */
interface PinnedMap {
  readonly info: MapInfo;
  readonly name: string;
  readonly path: string;
}

/** Pins in a folder, by the kernel's id of the map. */
function pinnedMaps({ kernel }: Machine, directory: string): ReadonlyMap<number, PinnedMap> {
  const found = new Map<number, PinnedMap>();
  for (const name of kernel.files.list(directory)) {
    const path = `${directory}/${name}`;
    try {
      using fd = kernel.bpf.openPin(path);
      const info = kernel.bpf.mapInfoByFd(fd.raw);
      found.set(info.id, { info, name, path });
    } catch (error) {
      // readers hold no lock: somebody may unload the program at this moment
      if (!isSyscallError(error, "ENOENT")) throw error;
    }
  }
  return found;
}

/** A map that users find no pin of; null when the kernel has none. */
function viewUnpinned(machine: Machine, record: ProgramRecord, id: number): MapView | null {
  const info = lookUnpinnedMap(machine, id);
  if (info === null) return null;
  const recorded = Object.entries(record.mapIds ?? {}).find(([, known]) => known === id)?.[0];
  const name = info?.name ?? recorded ?? "";
  return { id, info: info ?? null, name, pinPath: null, isPinned: false };
}

function mapViews(machine: Machine, record: ProgramRecord, ids: readonly number[]): MapView[] {
  const { layout } = machine;
  const pins = pinnedMaps(machine, layout.mapDirectory(mapSetOf(record)));
  // these pins are for us alone: they are not shown, but tell without a capability what they are
  const internal = pinnedMaps(machine, layout.internalMapDirectory(record.programId));
  return [...ids].sort((a, b) => a - b).map((id): MapView | null => {
    const pin = pins.get(id);
    if (pin !== undefined) {
      return { id, info: pin.info, name: pin.name, pinPath: pin.path, isPinned: true };
    }
    const info = internal.get(id)?.info;
    if (info === undefined) return viewUnpinned(machine, record, id);
    return { id, info, name: info.name, pinPath: null, isPinned: false };
  }).filter((view) => view !== null);
}

/** Application of a program, empty when it has none. */
export function applicationOf(record: ProgramRecord | undefined): string {
  return record?.metadata[APPLICATION_KEY] ?? "";
}

/** The chain that a link is a member of, null for links that stand for themselves. */
function chainRecord(state: StoreState, { details }: LinkRecord): HookRecord | null {
  return isMember(details) ? state.hooks.get(hookKey(hookOf(details))) ?? null : null;
}

/** True while a TC chain's filter is where we put it, and runs our program. */
function isFiltered(machine: Machine, hook: HookRecord | null): boolean {
  if (hook === null) return false;
  return sightSeat(machine, hook).programId === hook.current?.mainProgramId;
}

/** True while the kernel has what the record stands for. */
function isSeen(
  machine: Machine,
  { id, kernelLinkId }: LinkRecord,
  { hook, info }: { readonly hook: HookRecord | null; readonly info: LinkInfo | null },
): boolean {
  const seat = hook?.current?.seat;
  const hasOwn = kernelLinkId === null || info !== null;
  if (seat?.kind === "tc") return hasOwn && isFiltered(machine, hook);
  if (hook === null || seat?.kind !== "libxdp") return info !== null;
  const { state, lost = [] } = sightSeat(machine, hook);
  return state === "hidden" || state === "present" && !lost.includes(id);
}

function viewChain(hook: HookRecord | null): ChainView | null {
  if (hook === null || hook.current === null) return null;
  const { choice, engine, reason, revision, mainProgramId, members } = hook.current;
  return { choice, engine, reason, revision, mainProgramId, length: members.length, runs: null };
}

/** A link with its kernel side. */
export function viewLink(machine: Machine, state: StoreState, record: LinkRecord): LinkView {
  const { kernel } = machine;
  const info = lookLink(machine, record);
  const program = state.programs.get(record.programId);
  const hook = chainRecord(state, record);
  const isPinPresent = record.pinPath === "" || kernel.files.exists(record.pinPath);
  const isKernelSeen = isSeen(machine, record, { hook, info });
  return {
    record,
    position: positionOf(state, record),
    chain: viewChain(hook),
    functionName: program?.name ?? "",
    application: applicationOf(program),
    kernel: info,
    isKernelSeen,
    isPinPresent,
    problem: findProblem(machine, record, { info, isPinPresent, isKernelSeen }),
  };
}

/** Position among all programs of a hook that libxdp shares with others. */
async function sharedPosition(
  machine: Machine,
  hook: HookRecord,
  position: number | null,
): Promise<number | null> {
  if (hook.current?.engine !== "libxdp" || position === null) return position;
  // named by a value: most commands do not need these files (see importUnseen in cli/main.ts)
  const path = "./chain/dispatchers.ts";
  const { ownPositions }: typeof import("./chain/dispatchers.ts") = await import(path);
  const positions = await ownPositions(machine, hook);
  return positions[position] ?? position;
}

/** A link with its kernel side, and what takes a closer look. */
export async function viewLinkClosely(
  machine: Machine,
  state: StoreState,
  record: LinkRecord,
): Promise<LinkView> {
  const work = { action: `Cannot show link ${record.id}`, needs: ["CAP_SYS_ADMIN"] };
  const view = withExplanation(machine.kernel, work, () => viewLink(machine, state, record));
  const hook = chainRecord(state, record);
  if (hook === null || view.chain === null) return view;
  const runs = await runsOf(machine, hook);
  const chain = { ...view.chain, runs: runs?.get(record.id) ?? null };
  return { ...view, position: await sharedPosition(machine, hook, view.position), chain };
}

/** A program with its kernel side, links and maps. */
export function viewProgram(
  machine: Machine,
  state: StoreState,
  record: ProgramRecord,
): ProgramView {
  const { kernel, layout } = machine;
  const info = lookProgram(machine, record);
  const setId = mapSetOf(record);
  const programPin = layout.programPin(record.programId);
  return {
    record,
    kernel: info,
    loadedAt: info === null ? null : kernel.host.bootTimeToDate(info.loadTime),
    links: linksOf(state, record.programId).map((link) => viewLink(machine, state, link)),
    maps: mapViews(machine, record, info?.mapIds ?? []),
    mapUsedBy: mapSetUsers(state, setId),
    programPin,
    mapDirectory: layout.mapDirectory(setId),
    bytecodePath: layout.bytecode(record.programId),
    isPinned: kernel.files.exists(programPin),
  };
}
