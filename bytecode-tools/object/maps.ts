/**
 * The maps that an object declares in `.maps`: numbers are hidden in array lengths of BTF types
 * (`__uint(type, BPF_MAP_TYPE_HASH)` is `int (*type)[1]`).
 *
 * @module
 */
import type { Btf } from "../btf/btf.ts";
import { BtfKind } from "../btf/kinds.ts";
import { refuse } from "../errors.ts";
import type { GatedObject } from "./gate.ts";
import { mapTypeName } from "./map_types.ts";

/** A declared map. */
export interface ObjectMap {
  /** Name of the map. */
  readonly name: string;
  /** Kernel's number; see `mapTypeName`. */
  readonly type: number;
  /** libbpf's name of the type, such as `percpu_hash`. */
  readonly typeName: string;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** Most entries; 0 when the size is given later. */
  readonly maxEntries: number;
  /** Flags of the kernel (`BPF_F_…`). */
  readonly flags: number;
  /** 1 when pinned by name. */
  readonly pinning: number;
  /** BTF types of key and value; 0 when only sizes are declared. */
  readonly keyType: number;
  /** BTF type of the value. */
  readonly valueType: number;
  /** Further numbers: `numa_node`, `map_extra`. */
  readonly numaNode: number;
  /** What `map_extra` says. */
  readonly mapExtra: bigint;
  /** Type of the inner maps, for maps of maps. */
  readonly inner: ObjectMap | undefined;
}

type Draft = {
  -readonly [Field in keyof Omit<ObjectMap, "typeName">]: ObjectMap[Field];
};

function emptyMap(name: string): Draft {
  return {
    name,
    type: 0,
    keySize: 0,
    valueSize: 0,
    maxEntries: 0,
    flags: 0,
    pinning: 0,
    keyType: 0,
    valueType: 0,
    numaNode: 0,
    mapExtra: 0n,
    inner: undefined,
  };
}

/** A definition under reading. */
interface Definition {
  readonly btf: Btf;
  readonly map: Draft;
  readonly member: string;
  readonly type: number;
}

function wrong({ btf, map, member, type }: Definition, fault: string): never {
  const message = `Map "${map.name}" has a field "${member}" that ${fault}`;
  refuse("map-definition", message, { offset: btf.offsetOf(type), section: ".maps" });
}

/** A number in the length of an array that is pointed to, or in an enumeration of one constant. */
function numberOf(definition: Definition): bigint {
  const { btf } = definition;
  const pointer = btf.resolve(definition.type);
  if (btf.kind(pointer) !== BtfKind.PTR) return wrong(definition, "is no pointer");
  const target = btf.resolve(btf.ref(pointer));
  if (btf.kind(target) === BtfKind.ARRAY) return BigInt(btf.array(target).length);
  const isEnum = btf.kind(target) === BtfKind.ENUM || btf.kind(target) === BtfKind.ENUM64;
  const value = isEnum ? btf.enumerators(target)[0]?.value : undefined;
  return value ?? wrong(definition, "holds no number");
}

/** The type that a `__type` field points to, and its size. */
function typeOf(definition: Definition): { readonly type: number; readonly size: number } {
  const { btf } = definition;
  const pointer = btf.resolve(definition.type);
  if (btf.kind(pointer) !== BtfKind.PTR) return wrong(definition, "is no pointer");
  const type = btf.ref(pointer);
  const size = btf.sizeOf(type);
  if (size === undefined) return wrong(definition, "points to a type without a size");
  return { type, size };
}

function setSize(definition: Definition, which: "keySize" | "valueSize", size: number): void {
  const known = definition.map[which];
  if (known !== 0 && known !== size) wrong(definition, `says ${size} bytes, not ${known}`);
  definition.map[which] = size;
}

/** Maps of maps declare their inner maps as the element of a last, empty array. */
function readValues(definition: Definition): void {
  const { btf, map } = definition;
  const array = btf.resolve(definition.type);
  if (btf.kind(array) !== BtfKind.ARRAY) return wrong(definition, "is no array");
  const pointer = btf.resolve(btf.array(array).element);
  if (btf.kind(pointer) !== BtfKind.PTR) return wrong(definition, "has no pointers");
  setSize(definition, "valueSize", 4);
  const inner = btf.resolve(btf.ref(pointer));
  if (btf.kind(inner) !== BtfKind.STRUCT) return;
  map.inner = readDefinition(btf, inner, `${map.name}.inner`);
}

/** Fields that are plain numbers, and where they go. */
const NUMBER_FIELDS: Readonly<
  Record<string, "flags" | "maxEntries" | "numaNode" | "pinning" | "type">
> = {
  type: "type",
  max_entries: "maxEntries",
  map_flags: "flags",
  pinning: "pinning",
  numa_node: "numaNode",
};

function readField(definition: Definition): void {
  const { map, member } = definition;
  const number = Object.hasOwn(NUMBER_FIELDS, member) ? NUMBER_FIELDS[member] : undefined;
  if (number !== undefined) {
    map[number] = Number(numberOf(definition));
    return;
  }
  switch (member) {
    case "map_extra":
      map.mapExtra = numberOf(definition);
      return;
    case "key_size":
      return setSize(definition, "keySize", Number(numberOf(definition)));
    case "value_size":
      return setSize(definition, "valueSize", Number(numberOf(definition)));
    case "key": {
      const { type, size } = typeOf(definition);
      map.keyType = type;
      return setSize(definition, "keySize", size);
    }
    case "value": {
      const { type, size } = typeOf(definition);
      map.valueType = type;
      return setSize(definition, "valueSize", size);
    }
    case "values":
      return readValues(definition);
    default:
      wrong(definition, "libbpf does not know");
  }
}

/** Deepest nesting of maps in maps: the kernel has one level. */
const MAX_NESTING = 2;

function readDefinition(btf: Btf, type: number, name: string): ObjectMap {
  const map = emptyMap(name);
  if (name.split(".inner").length - 1 > MAX_NESTING) {
    refuse("map-definition", `Map "${name.slice(0, 80)}" is nested too deep`, {
      offset: btf.offsetOf(type),
      section: ".maps",
    });
  }
  for (const member of btf.members(type)) {
    readField({ btf, map, member: member.name, type: member.type });
  }
  return { ...map, typeName: mapTypeName(map.type) };
}

/**
 * Reads the maps that an object declares; those of global variables are not among them.
 *
 * @param object An object that has passed the gate.
 * @returns Maps in the order of their declaration.
 * @throws {BytecodeError} When a definition is none.
 */
export function readMaps(object: Pick<GatedObject, "btf">): ObjectMap[] {
  const { btf } = object;
  const section = btf?.find(".maps", BtfKind.DATASEC) ?? 0;
  if (btf === undefined || section === 0) return [];
  return btf.variables(section).map(({ type }) => {
    const name = btf.name(type);
    const struct = btf.resolve(btf.ref(type));
    if (btf.kind(type) === BtfKind.VAR && btf.kind(struct) === BtfKind.STRUCT) {
      return readDefinition(btf, struct, name);
    }
    return refuse("map-definition", `Map "${name}" is no struct`, {
      offset: btf.offsetOf(type),
      section: ".maps",
    });
  });
}
