/**
 * The maps of a loaded program, for whoever opens its object once more and wants the same maps.
 *
 * @module
 */
import type { MapReuse } from "../../ffi/mod.ts";
import type { Machine } from "../machine.ts";
import { mapSetOf } from "../store/state.ts";
import type { ProgramRecord } from "../types.ts";

/** Characters of a name that the kernel keeps. */
const KERNEL_NAME_LENGTH = 15;

/** Maps with a dot in their name have no pin: bpffs takes no such names. */
function pinnedMaps({ kernel, layout }: Machine, record: ProgramRecord): MapReuse[] {
  const directory = layout.mapDirectory(mapSetOf(record));
  return kernel.files.list(directory).map((name) => ({ name, path: `${directory}/${name}` }));
}

/** Maps of a row that does not name them: the kernel tells names that it did not have to cut. */
function unrecordedMaps({ kernel }: Machine, record: ProgramRecord): MapReuse[] {
  const ids = kernel.bpf.programInfo(record.programId)?.mapIds ?? [];
  return ids.map((id) => ({ name: kernel.bpf.mapInfo(id)?.name ?? "", id }))
    .filter(({ name }) => name.includes(".") && name.length < KERNEL_NAME_LENGTH);
}

/**
 * Every map that a loaded program uses, internal ones (`.rodata`, `.data`, `.bss`) too.
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
    : Object.entries(record.mapIds).map(([name, id]) => ({ name, id }));
  return [...pinned, ...recorded.filter(({ name }) => !known.has(name))];
}
