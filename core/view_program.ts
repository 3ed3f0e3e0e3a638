/**
 * Programs of the store joined with what the kernel says now.
 *
 * @module
 */
import type { MapInfo } from "../ffi/mod.ts";
import { explain, isSyscallError } from "./kernel_errors.ts";
import { lookProgram, lookUnpinnedMap } from "./lookups.ts";
import type { Machine } from "./machine.ts";
import { unmanaged } from "./program/unmanaged.ts";
import { linksOf, mapSetOf, mapSetUsers, type StoreState } from "./store/state.ts";
import type { LinkView, MapView, ProgramId, ProgramRecord, ProgramView } from "./types.ts";

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

async function linkViews(
  machine: Machine,
  state: StoreState,
  { programId }: ProgramRecord,
): Promise<LinkView[]> {
  const links = linksOf(state, programId);
  if (links.length === 0) return [];
  // named by a value: a program that was just loaded has no links (see cli/main.ts)
  const path = "./view_link.ts";
  const { viewLink }: typeof import("./view_link.ts") = await import(path);
  return links.map((link) => viewLink(machine, state, link));
}

/** A program with its kernel side, links and maps. */
export async function viewProgram(
  machine: Machine,
  state: StoreState,
  record: ProgramRecord,
): Promise<ProgramView> {
  const links = await linkViews(machine, state, record);
  const { kernel, layout } = machine;
  const info = lookProgram(machine, record);
  const setId = mapSetOf(record);
  const programPin = layout.programPin(record.programId);
  return {
    record,
    kernel: info,
    loadedAt: info === null ? null : kernel.host.bootTimeToDate(info.loadTime),
    links,
    maps: mapViews(machine, record, info?.mapIds ?? []),
    mapUsedBy: mapSetUsers(state, setId),
    programPin,
    mapDirectory: layout.mapDirectory(setId),
    bytecodePath: layout.bytecode(record.programId),
    isPinned: kernel.files.exists(programPin),
  };
}

/**
 * Shows one program.
 *
 * @throws {BpfmanError} When it is not ours, or the kernel refuses to show it.
 */
export async function getProgram(
  machine: Machine,
  state: StoreState,
  id: ProgramId,
): Promise<ProgramView> {
  const record = state.programs.get(id);
  if (record === undefined) throw unmanaged(machine, id);
  const work = { action: `Cannot show program ${id}`, needs: ["CAP_SYS_ADMIN"] };
  try {
    return await viewProgram(machine, state, record);
  } catch (error) {
    throw explain(error, work, machine.kernel);
  }
}
