/**
 * The maps of a loaded program, for whoever opens its object once more and wants the same maps.
 *
 * @module
 */
import type { LoadedMap, MapReuse } from "../../ffi/mod.ts";
import { lookProgram } from "../lookups.ts";
import type { Machine } from "../machine.ts";
import { mapSetOf } from "../store/state.ts";
import type { ProgramId, ProgramRecord, ProgramType } from "../types.ts";

/** Characters of a name that the kernel keeps. */
const KERNEL_NAME_LENGTH = 15;

/** bpffs takes no names with a dot, and names of maps have no colon. */
const [DOT, COLON] = [".", ":"];

/** Programs of these types are opened once more when they join a chain. */
const MEMBER_TYPES: readonly ProgramType[] = ["xdp", "tc"];

/**
 * Pins the maps for global variables (`.rodata`, `.data`, `.bss`) of a program that may join a chain:
 * without a pin, only CAP_SYS_ADMIN could open them again.
 */
export function pinInternalMaps(
  { kernel, layout }: Machine,
  { programId, type }: ProgramRecord,
  maps: readonly LoadedMap[],
): void {
  const internal = maps.filter(({ isInternal }) => isInternal);
  if (internal.length === 0 || !MEMBER_TYPES.includes(type)) return;
  const directory = layout.internalMapDirectory(programId);
  kernel.files.makeDirectory(directory);
  for (const { fd, name } of internal) {
    kernel.bpf.pin(fd, `${directory}/${name.replaceAll(DOT, COLON)}`);
  }
}

/** Removes the pins of a program's internal maps. */
export function removeInternalMaps({ kernel, layout }: Machine, id: ProgramId): void {
  const directory = layout.internalMapDirectory(id);
  for (const name of kernel.files.list(directory)) kernel.files.remove(`${directory}/${name}`);
  kernel.files.removeDirectory(directory);
}

function pinnedMaps({ kernel, layout }: Machine, record: ProgramRecord): MapReuse[] {
  const pinsIn = (directory: string, nameOf: (pin: string) => string) =>
    kernel.files.list(directory).map((pin) => ({ name: nameOf(pin), path: `${directory}/${pin}` }));
  return [
    ...pinsIn(layout.mapDirectory(mapSetOf(record)), (pin) => pin),
    ...pinsIn(
      layout.internalMapDirectory(record.programId),
      (pin) => pin.replaceAll(COLON, DOT),
    ),
  ];
}

/** Maps of a row that does not name them: the kernel tells names that it did not have to cut. */
function unrecordedMaps({ kernel }: Machine, record: ProgramRecord): MapReuse[] {
  const ids = kernel.bpf.programInfo(record.programId)?.mapIds ?? [];
  return ids.map((id) => ({ name: kernel.bpf.mapInfo(id)?.name ?? "", id }))
    .filter(({ name }) => name.includes(DOT) && name.length < KERNEL_NAME_LENGTH);
}

/** Maps that the row names by id, as far as the program has them: ids are given anew some time. */
function recordedMaps(
  machine: Machine,
  record: ProgramRecord,
  mapIds: Readonly<Record<string, number>>,
): MapReuse[] {
  const used = lookProgram(machine, record)?.mapIds ?? [];
  return Object.entries(mapIds).map(([name, id]) => ({ name, id }))
    .filter(({ id }) => used.includes(id));
}

/**
 * Every map that a loaded program uses, internal ones too.
 *
 * @param machine The machine.
 * @param record The program.
 * @returns What an {@link ObjectLoadOptions} wants as `reuseMaps`.
 */
export function ownMaps(machine: Machine, record: ProgramRecord): MapReuse[] {
  const pinned = pinnedMaps(machine, record);
  const known = new Set(pinned.map(({ name }) => name));
  const recorded = record.mapIds === undefined
    ? unrecordedMaps(machine, record)
    : recordedMaps(machine, record, record.mapIds);
  return [...pinned, ...recorded.filter(({ name }) => !known.has(name))];
}
