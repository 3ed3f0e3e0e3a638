/**
 * What differs between two objects: programs, maps, globals, types, what they use, and the
 * kernels on which they load.
 *
 * @module
 */
import { licenseOf } from "./licenses.ts";
import type { Btf } from "../btf/btf.ts";
import { BtfKind } from "../btf/kinds.ts";
import { declaration } from "../btf/c_types.ts";
import type { GatedObject } from "./gate.ts";
import { readGlobals } from "../values/globals.ts";
import { readMaps } from "./maps.ts";
import { programUsage } from "./usage.ts";
import type { KernelVerdict } from "../verdict/types.ts";

/** One property that differs. */
export interface Change {
  /** What differs, such as `instructions`. */
  readonly property: string;
  /** Its value in the first object, empty when it has none. */
  readonly before: string;
  /** Its value in the second object, empty when it has none. */
  readonly after: string;
}

/** A named thing that was changed. */
export interface ChangedThing {
  /** Name of the thing. */
  readonly name: string;
  /** What differs about it. */
  readonly changes: readonly Change[];
}

/** What differs among the things of one kind. */
export interface DiffPart {
  /** Names that only the second object has. */
  readonly added: readonly string[];
  /** Names that only the first object has. */
  readonly removed: readonly string[];
  /** Things that both objects have, and that differ. */
  readonly changed: readonly ChangedThing[];
}

/** What differs between two objects. */
export interface ObjectDiff {
  /** Of the object as a whole: licence, byte order. */
  readonly object: readonly Change[];
  /** Programs, with what they use. */
  readonly programs: DiffPart;
  /** Maps that the objects declare. */
  readonly maps: DiffPart;
  /** Global variables, with their values. */
  readonly globals: DiffPart;
  /** Named structs, unions and enumerations. */
  readonly types: DiffPart;
  /** Programs by kernel whose answer changed; empty when no verdicts were given. */
  readonly verdicts: DiffPart;
}

/** Verdicts of both objects on the same kernels. */
export interface DiffOptions {
  /** @default none */
  /** Its value in the first object, empty when it has none. */
  readonly before?: readonly KernelVerdict[];
  /** @default none */
  /** Its value in the second object, empty when it has none. */
  readonly after?: readonly KernelVerdict[];
}

type Properties = Readonly<Record<string, string>>;
type Things = ReadonlyMap<string, Properties>;

function changesOf(before: Properties, after: Properties): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((property) => ({
      property,
      before: before[property] ?? "",
      after: after[property] ?? "",
    }))
    .filter((change) => change.before !== change.after);
}

function compare(before: Things, after: Things): DiffPart {
  const changed: ChangedThing[] = [];
  for (const [name, properties] of before) {
    const other = after.get(name);
    const changes = other === undefined ? [] : changesOf(properties, other);
    if (changes.length > 0) changed.push({ name, changes });
  }
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed,
  };
}

function programsOf(object: GatedObject): Things {
  return new Map(
    programUsage(object).map((usage) => [usage.name, {
      section: usage.section,
      instructions: String(usage.instructions),
      helpers: usage.helperNames.join(", "),
      "kernel functions": usage.kfuncs.join(", "),
      subprograms: usage.subprograms.join(", "),
    }]),
  );
}

function mapsOf(object: GatedObject): Things {
  const { btf } = object;
  return new Map(
    readMaps(object).map((map) => [map.name, {
      type: map.typeName,
      key: btf === undefined || map.keyType === 0
        ? `${map.keySize} bytes`
        : `${layout(btf, map.keyType)}, ${map.keySize} bytes`,
      value: btf === undefined || map.valueType === 0
        ? `${map.valueSize} bytes`
        : `${layout(btf, map.valueType)}, ${map.valueSize} bytes`,
      entries: String(map.maxEntries),
      flags: String(map.flags),
      pinning: String(map.pinning),
    }]),
  );
}

function globalsOf(object: GatedObject): Things {
  return new Map(
    readGlobals(object).map((global) => [global.name, {
      section: global.section,
      declaration: global.declaration ?? `${global.size} bytes`,
      value: global.bytes.toHex(),
    }]),
  );
}

/** A type in C; for structs with the offsets of the members, as those are what users rely on. */
function layout(btf: Btf, type: number): string {
  const id = btf.resolve(type);
  const kind = btf.kind(id);
  if (kind === BtfKind.ENUM || kind === BtfKind.ENUM64) {
    const constants = btf.enumerators(id).map(({ name, value }) => `${name} = ${value}`);
    return `enum ${btf.name(id)} { ${constants.join(", ")} }`;
  }
  if (kind !== BtfKind.STRUCT && kind !== BtfKind.UNION) return declaration(btf, type, "").trim();
  const members = btf.members(id).map(({ name, type: member, bitOffset, bitSize }) => {
    const width = bitSize > 0 ? ` : ${bitSize}` : "";
    const place = bitOffset % 8 === 0
      ? `${bitOffset / 8}`
      : `${Math.floor(bitOffset / 8)}.${bitOffset % 8}`;
    return `${place}: ${declaration(btf, member, name)}${width}`;
  });
  return `${kind === BtfKind.STRUCT ? "struct" : "union"} ${btf.name(id)} { ${
    members.join("; ")
  } }`;
}

function typesOf({ btf }: GatedObject): Things {
  const types = new Map<string, Properties>();
  if (btf === undefined) return types;
  for (let id = btf.firstId; id < btf.end; id++) {
    const kind = btf.kind(id);
    const isLaidOut = kind === BtfKind.STRUCT || kind === BtfKind.UNION ||
      kind === BtfKind.ENUM || kind === BtfKind.ENUM64;
    if (!isLaidOut || btf.name(id) === "") continue;
    types.set(declaration(btf, id, ""), {
      size: String(btf.word(id, 2)),
      layout: layout(btf, id),
    });
  }
  return types;
}

function verdictsOf(verdicts: readonly KernelVerdict[]): Things {
  return new Map(
    verdicts.flatMap(({ kernel, programs }) =>
      programs.map(({ program, answer }) => [`${program} on ${kernel}`, { answer }] as const)
    ),
  );
}

/**
 * Compares two objects.
 *
 * @param before An object that has passed the gate.
 * @param after Another one.
 * @param options Verdicts of both, for the kernels that were gained and lost.
 */
export function diffObjects(
  before: GatedObject,
  after: GatedObject,
  options: DiffOptions = {},
): ObjectDiff {
  const whole = (object: GatedObject): Properties => ({
    licence: licenseOf(object),
    "byte order": object.file.isLittleEndian ? "little" : "big",
  });
  return {
    object: changesOf(whole(before), whole(after)),
    programs: compare(programsOf(before), programsOf(after)),
    maps: compare(mapsOf(before), mapsOf(after)),
    globals: compare(globalsOf(before), globalsOf(after)),
    types: compare(typesOf(before), typesOf(after)),
    verdicts: compare(verdictsOf(options.before ?? []), verdictsOf(options.after ?? [])),
  };
}

const TITLES = ["programs", "maps", "globals", "types", "verdicts"] as const;

/** True when nothing differs. */
export function isSameObject(diff: ObjectDiff): boolean {
  return diff.object.length === 0 && TITLES.every((title) => {
    const { added, removed, changed } = diff[title];
    return added.length + removed.length + changed.length === 0;
  });
}

function changeLines(changes: readonly Change[], indent: string): string[] {
  return changes.map(({ property, before, after }) =>
    `${indent}${property}: ${before || "none"} -> ${after || "none"}`
  );
}

/** A comparison as text: `+` added, `-` removed, `~` changed. */
export function diffText(diff: ObjectDiff): string {
  if (isSameObject(diff)) return "The objects do not differ.\n";
  const lines = changeLines(diff.object, "");
  for (const title of TITLES) {
    const { added, removed, changed } = diff[title];
    if (added.length + removed.length + changed.length === 0) continue;
    lines.push(
      `${title}:`,
      ...removed.map((name) => `  - ${name}`),
      ...added.map((name) => `  + ${name}`),
      ...changed.flatMap(({ name, changes }) => [`  ~ ${name}`, ...changeLines(changes, "      ")]),
    );
  }
  return `${lines.join("\n")}\n`;
}
