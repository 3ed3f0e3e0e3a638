/**
 * What becomes of the maps of programs that are loaded, replaced or unloaded: asked of the kernel
 * before anything is done.
 *
 * @module
 */
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { readMaps } from "../../bytecode-tools/object/maps.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { compareMaps, type MapDifference } from "../program/map_schema.ts";
import { mapSetOf, mapSetUsers, type StoreState } from "../store/state.ts";
import type { ProgramRecord } from "../types.ts";
import type { MapEffect } from "./effect_types.ts";
import type { ApplicationPlan, ProgramStep } from "./types.ts";

/** What is asked about. */
export interface MapFacts {
  readonly plan: ApplicationPlan;
  readonly rows: StoreState;
  /** The application's object; null when nothing of it is loaded. */
  readonly bytes: Uint8Array | null;
}

/** A map that an object declares, as far as its fate depends on it. */
interface Declared {
  readonly name: string;
  readonly isPinnedByName: boolean;
}

/** Pinned by name (`LIBBPF_PIN_BY_NAME`). */
const PIN_BY_NAME = 1;

function declaredMaps(bytes: Uint8Array): Declared[] {
  try {
    return readMaps(gateObject(bytes))
      .map(({ name, pinning }) => ({ name, isPinnedByName: pinning === PIN_BY_NAME }));
  } catch (error) {
    // what cannot be read here is refused with its reason by the load
    if (error instanceof BytecodeError) return [];
    throw error;
  }
}

function mayNotLook(error: unknown): boolean {
  return isSyscallError(error, "EPERM") || isSyscallError(error, "EACCES");
}

/** Maps of another version with their differences; null when nobody may look at them. */
function compared(
  machine: Machine,
  bytes: Uint8Array,
  directory: string,
): ReadonlyMap<string, MapDifference | null> | null {
  try {
    return compareMaps(machine, bytes, directory);
  } catch (error) {
    if (mayNotLook(error)) return null;
    throw error;
  }
}

function differing({ field, declared, found }: MapDifference): string {
  return `${field}: the object declares ${declared}, the map that is there has ${found}`;
}

function fresh({ kernel, layout }: Machine, { name, isPinnedByName }: Declared): MapEffect {
  const isShared = isPinnedByName && kernel.files.list(layout.sharedMaps).includes(name);
  return { name, fate: isShared ? "shared" : "created", reason: null };
}

function loaded(machine: Machine, bytes: Uint8Array): MapEffect[] {
  return declaredMaps(bytes).map((map) => fresh(machine, map));
}

function replaced(machine: Machine, from: ProgramRecord, bytes: Uint8Array): MapEffect[] {
  const directory = machine.layout.mapDirectory(mapSetOf(from));
  const differences = compared(machine, bytes, directory);
  const there = machine.kernel.files.list(directory);
  const declared = declaredMaps(bytes);
  const kept = declared.map((map): MapEffect => {
    const { name } = map;
    if (!there.includes(name)) return fresh(machine, map);
    if (differences === null) {
      return { name, fate: "unknown", reason: "reading the map that is there is not permitted" };
    }
    const difference = differences.get(name) ?? null;
    if (difference === null) return { name, fate: "kept", reason: null };
    return { name, fate: "incompatible", reason: differing(difference) };
  });
  const isWanted = new Set(declared.map(({ name }) => name));
  const dropped = there.filter((name) => !isWanted.has(name))
    .map((name): MapEffect => ({ name, fate: "dropped", reason: null }));
  return [...kept, ...dropped];
}

/** Maps that go with a program: none while another program uses them. */
function unloaded({ kernel, layout }: Machine, rows: StoreState, from: ProgramRecord): MapEffect[] {
  const set = mapSetOf(from);
  if (mapSetUsers(rows, set).some((id) => id !== from.programId)) return [];
  return kernel.files.list(layout.mapDirectory(set))
    .map((name) => ({ name, fate: "dropped", reason: null }));
}

function effectsOf(machine: Machine, { rows, bytes }: MapFacts, step: ProgramStep): MapEffect[] {
  if (step.kind === "keep") return [];
  const from = step.kind === "load" ? undefined : rows.programs.get(step.from);
  if (step.kind === "unload") return from === undefined ? [] : unloaded(machine, rows, from);
  if (bytes === null) return [];
  return from === undefined ? loaded(machine, bytes) : replaced(machine, from, bytes);
}

/**
 * What becomes of the maps of an application.
 *
 * @param machine The machine, which is only looked at.
 * @param facts The plan, rows as they are, and the object.
 * @returns For each program of the plan its maps, in the order of the plan.
 */
export function mapEffects(machine: Machine, facts: MapFacts): readonly MapEffect[][] {
  return facts.plan.programs.map((step) => effectsOf(machine, facts, step));
}
