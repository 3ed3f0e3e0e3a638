/**
 * Before an object takes a map that exists already: is it the map that the object declares? The
 * kernel would not ask, and the program would read another program's bytes as its own.
 *
 * @module
 */
// file by file: whatever else the tools can do would make every load slower
import { type Btf, readBtf } from "../../bytecode-tools/btf/btf.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { type GatedObject, gateObject } from "../../bytecode-tools/object/gate.ts";
import { mapTypeName } from "../../bytecode-tools/object/map_types.ts";
import { type ObjectMap, readMaps } from "../../bytecode-tools/object/maps.ts";
import { type Shape, shapeOf } from "../../bytecode-tools/values/shapes.ts";
import type { MapInfo } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { ProgramId } from "../types.ts";

/** A difference between a declared map and one that exists. */
export interface MapDifference {
  /** Such as `value_size`, or `value.packets` within a type. */
  readonly field: string;
  /** What the object declares. */
  readonly declared: string;
  /** What the existing map has. */
  readonly found: string;
}

/** Pinned by name (`LIBBPF_PIN_BY_NAME`). */
const PIN_BY_NAME = 1;
/** BPF_F_RDONLY_PROG: the kernel sets it on maps of devices by itself. */
const RDONLY_PROG = 1 << 7;
const DEVICE_MAPS: readonly number[] = [14, 25];

type Member = readonly [name: string, shape: Shape];

function membersOf(shape: Shape): readonly Member[] {
  if (shape.kind === "array") return [["[]", shape.element]];
  if (shape.kind !== "struct" && shape.kind !== "union") return [];
  return shape.fields.map((field) => [`.${field.name}`, field.shape]);
}

function isSigned(shape: Shape): boolean {
  return "isSigned" in shape && shape.isSigned;
}

function describeShape(shape: Shape): string {
  const length = shape.kind === "array" ? `, ${shape.length} elements` : "";
  return `${shape.cName} (${shape.size} bytes${length})`;
}

/** The first place at which two types differ, by kind, size, and names of their fields. */
function compareShapes(path: string, declared: Shape, found: Shape): MapDifference | null {
  const [ours, theirs] = [membersOf(declared), membersOf(found)];
  const isAlike = declared.kind === found.kind && declared.size === found.size &&
    isSigned(declared) === isSigned(found) &&
    ours.length === theirs.length;
  if (!isAlike) {
    return { field: path, declared: describeShape(declared), found: describeShape(found) };
  }
  for (const [at, [name, shape]] of ours.entries()) {
    const [otherName, other] = theirs[at] ?? ["", shape];
    if (name !== otherName) {
      return { field: path, declared: `a field "${name}"`, found: `a field "${otherName}"` };
    }
    const difference = compareShapes(`${path}${name}`, shape, other);
    if (difference !== null) return difference;
  }
  return null;
}

/** Differences of the numbers of a map. */
function compareNumbers(declared: ObjectMap, found: MapInfo): MapDifference | null {
  const flags = DEVICE_MAPS.includes(found.type) ? found.flags & ~RDONLY_PROG : found.flags;
  const numbers: readonly (readonly [field: string, declared: number, found: number])[] = [
    ["key_size", declared.keySize, found.keySize],
    ["value_size", declared.valueSize, found.valueSize],
    // 0 lets the kernel or libbpf decide, for example by the number of processors
    ["max_entries", declared.maxEntries || found.maxEntries, found.maxEntries],
    ["map_flags", declared.flags, flags],
  ];
  if (declared.type !== found.type) {
    const [ours, theirs] = [declared.type, found.type].map(mapTypeName);
    return { field: "type", declared: ours ?? "", found: theirs ?? "" };
  }
  const wrong = numbers.find(([, ours, theirs]) => ours !== theirs);
  if (wrong === undefined) return null;
  return { field: wrong[0], declared: String(wrong[1]), found: String(wrong[2]) };
}

/** Differences of the types of key and value, where both sides have BTF. */
function compareTypes(
  { kernel }: Machine,
  object: GatedObject,
  { declared, found }: { declared: ObjectMap; found: MapInfo },
): MapDifference | null {
  const bytes = found.btfId === 0 ? null : kernel.bpf.btfBytes(found.btfId);
  if (object.btf === undefined || bytes === null) return null;
  try {
    return compareTypeIds({ object: object.btf, map: readBtf(bytes) }, declared, found);
  } catch (error) {
    // a type without a form, such as one with function pointers: the numbers have to do
    if (error instanceof BytecodeError) return null;
    throw error;
  }
}

function compareTypeIds(
  btf: { readonly object: Btf; readonly map: Btf },
  declared: ObjectMap,
  found: MapInfo,
): MapDifference | null {
  const pairs = [
    ["key", declared.keyType, found.btfKeyTypeId],
    ["value", declared.valueType, found.btfValueTypeId],
  ] as const;
  for (const [word, ours, theirs] of pairs) {
    if (ours === 0 || theirs === 0) continue;
    const difference = compareShapes(word, shapeOf(btf.object, ours), shapeOf(btf.map, theirs));
    if (difference !== null) return difference;
  }
  return null;
}

function mismatch(name: string, pin: string, difference: MapDifference): BpfmanError {
  const { field, declared, found } = difference;
  return new BpfmanError(
    `Cannot share map "${name}": ${field} differs: the object declares ${declared}, the map at ` +
      `"${pin}" has ${found}`,
    {
      code: "map-mismatch",
      kind: ErrorKind.POLICY,
      hint: "Load the program with maps of its own, or with the object that made the map",
    },
  );
}

function infoOfPin({ kernel }: Machine, pin: string): MapInfo | null {
  try {
    using map = kernel.bpf.openPin(pin);
    return kernel.bpf.mapInfoByFd(map.raw);
  } catch (error) {
    if (!isSyscallError(error, "ENOENT")) throw error;
    return null;
  }
}

function readDeclared(bytes: Uint8Array): { object: GatedObject; maps: ObjectMap[] } | null {
  try {
    const object = gateObject(bytes);
    return { object, maps: readMaps(object) };
  } catch (error) {
    // an object whose types cannot be read is left to libbpf, which compares the numbers itself
    if (error instanceof BytecodeError) return null;
    throw error;
  }
}

/** How the map at a pin differs from a declared one; null when it does not, or there is none. */
function differenceAt(
  machine: Machine,
  object: GatedObject,
  { declared, pin }: { readonly declared: ObjectMap; readonly pin: string },
): MapDifference | null {
  const found = infoOfPin(machine, pin);
  if (found === null) return null;
  return compareNumbers(declared, found) ?? compareTypes(machine, object, { declared, found });
}

/**
 * Compares the maps of an object with those that another version of it has.
 *
 * @param machine The machine.
 * @param bytes The object.
 * @param directory Where the maps of the other version are pinned.
 * @returns The maps that both have, by name, with the first difference of each; null for none.
 */
export function compareMaps(
  machine: Machine,
  bytes: Uint8Array,
  directory: string,
): Map<string, MapDifference | null> {
  const there = machine.kernel.files.list(directory);
  const declared = readDeclared(bytes);
  // what cannot be read is left to libbpf, which compares the numbers itself
  if (declared === null) return new Map(there.map((name) => [name, null]));
  const both = declared.maps.filter(({ name }) => there.includes(name));
  return new Map(both.map((map) => {
    const place = { declared: map, pin: `${directory}/${map.name}` };
    return [map.name, differenceAt(machine, declared.object, place)];
  }));
}

/**
 * Refuses a load that would take maps of another shape than its object declares.
 *
 * @param machine The machine.
 * @param bytes The object.
 * @param owner Program whose maps are shared, if any.
 * @throws {BpfmanError} Naming the map, and the first field that differs.
 */
export function checkSharedMaps(
  machine: Machine,
  bytes: Uint8Array,
  owner: ProgramId | undefined,
): void {
  const { kernel, layout } = machine;
  const owned = owner === undefined ? [] : kernel.files.list(layout.mapDirectory(owner));
  const shared = kernel.files.list(layout.sharedMaps);
  const declared = readDeclared(bytes);
  if (declared === null) return;
  for (const map of declared.maps) {
    const directory = owner !== undefined && owned.includes(map.name)
      ? layout.mapDirectory(owner)
      : layout.sharedMaps;
    const isShared = map.pinning === PIN_BY_NAME && shared.includes(map.name);
    if (!owned.includes(map.name) && !isShared) continue;
    const pin = `${directory}/${map.name}`;
    const difference = differenceAt(machine, declared.object, { declared: map, pin });
    if (difference !== null) throw mismatch(map.name, pin, difference);
  }
}
