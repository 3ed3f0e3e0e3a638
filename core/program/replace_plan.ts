/**
 * What a new version of a program takes over from the old one: values of globals that were set, and
 * maps whose schema agrees.
 *
 * @module
 */
import { readObject } from "../../bytecode-tools/object/object.ts";
import type { MapReuse } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { mapSetOf } from "../store/state.ts";
import type { LoadRequest, ProgramRecord, ReplaceRequest } from "../types.ts";
import { compareMaps, type MapDifference } from "./map_schema.ts";

/** What becomes of the maps of a program that is replaced. */
export interface MapPlan {
  /** Maps that the new version goes on using. */
  readonly kept: readonly MapReuse[];
  /** Names of maps that begin anew, as their schema has changed. */
  readonly renewed: readonly string[];
}

/** Globals of the old version that the new one has too, with their bytes; the others by name. */
export interface GlobalPlan {
  readonly values: Readonly<Record<string, Uint8Array>>;
  readonly lost: readonly string[];
}

function mismatch(record: ProgramRecord, name: string, difference: MapDifference): BpfmanError {
  const { field, declared, found } = difference;
  return new BpfmanError(
    `Cannot replace program ${record.programId}: ${field} of map "${name}" differs: the new ` +
      `object declares ${declared}, the map that is there has ${found}`,
    {
      code: "map-mismatch",
      kind: ErrorKind.POLICY,
      hint: "Let maps whose shape has changed begin anew, without what is in them: --new-maps",
    },
  );
}

/**
 * Decides about the maps.
 *
 * @param machine The machine.
 * @param record The old version.
 * @param options The new object, and whether maps may begin anew.
 * @throws {BpfmanError} Naming the map whose schema differs, where none may begin anew.
 */
export function planMaps(
  machine: Machine,
  record: ProgramRecord,
  { bytes, newMaps = false }: { readonly bytes: Uint8Array; readonly newMaps?: boolean },
): MapPlan {
  const directory = machine.layout.mapDirectory(mapSetOf(record));
  const compared = [...compareMaps(machine, bytes, directory)];
  for (const [name, difference] of compared) {
    if (difference !== null && !newMaps) throw mismatch(record, name, difference);
  }
  return {
    kept: compared.filter(([, difference]) => difference === null)
      .map(([name]) => ({ name, path: `${directory}/${name}` })),
    renewed: compared.filter(([, difference]) => difference !== null).map(([name]) => name),
  };
}

/** Decides about the globals: those that were set at load keep their values where they fit. */
export function planKeptGlobals(record: ProgramRecord, bytes: Uint8Array): GlobalPlan {
  const sizes = new Map(readObject(bytes).globals.map(({ name, size }) => [name, size]));
  const all = Object.entries(record.globals)
    .map(([name, text]) => [name, Uint8Array.fromBase64(text)] as const);
  const fits = all.filter(([name, value]) => sizes.get(name) === value.length);
  const lost = all.filter(([name, value]) => sizes.get(name) !== value.length);
  return { values: Object.fromEntries(fits), lost: lost.map(([name]) => name) };
}

function placeOf(request: ReplaceRequest) {
  if (request.image !== undefined) return { image: request.image };
  const { path, bytes } = request;
  return { path, ...(bytes === undefined ? {} : { bytes }) };
}

/** The load that makes the new version. */
export function loadRequestOf(
  record: ProgramRecord,
  request: ReplaceRequest,
  kept: GlobalPlan,
): LoadRequest {
  const { name, type, attachFunction, metadata, mapOwnerId } = record;
  return {
    ...placeOf(request),
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    programs: [{
      type,
      name: request.name ?? name,
      ...(attachFunction === null ? {} : { attachFunction }),
    }],
    globals: { ...kept.values, ...request.globals },
    metadata,
    ...(mapOwnerId === null ? {} : { mapOwnerId }),
  };
}
