/**
 * TypeScript types and codecs for an object's map keys and values, ring-buffer events and globals.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import { BytecodeError } from "../errors.ts";
import type { GatedObject } from "../object/gate.ts";
import { type Global, readGlobals } from "../values/globals.ts";
import { type ObjectMap, readMaps } from "../object/maps.ts";
import { isPerCpu } from "../object/map_types.ts";
import { type Shape, shapeOf } from "../values/shapes.ts";
import { TypeEmitter } from "./emit.ts";
import { commentText, Names, pascalCase, property } from "./names.ts";
import { usedHelpers } from "./runtime.ts";

/** What is generated. */
export interface TypesOptions {
  /** Name of the object in the heading. @default "a BPF object" */
  readonly source?: string;
  /**
   * Structs that programs send through ring buffers, by name. Structs that a global points to, and
   * the value types of ring buffers, are found without this. @default none
   */
  readonly events?: readonly string[];
}

/** A codec to generate. */
interface Target {
  readonly name: string;
  readonly shape: Shape;
  readonly comment: string;
}

function bytesShape(size: number): Shape {
  return { kind: "bytes", size, cName: `${size} bytes` };
}

function shapeFor(object: GatedObject, type: number, size: number): Shape | undefined {
  if (type === 0 || object.btf === undefined) return size > 0 ? bytesShape(size) : undefined;
  return shapeOf(object.btf, type);
}

function mapTargets(object: GatedObject, map: ObjectMap): { key?: Target; value?: Target } {
  const name = pascalCase(map.name);
  const key = shapeFor(object, map.keyType, map.keySize);
  const value = shapeFor(object, map.valueType, map.valueSize);
  const each = isPerCpu(map.type) ? ", one for every processor" : "";
  return {
    ...(key && { key: { name: `${name}Key`, shape: key, comment: `key of map ${map.name}` } }),
    ...(value && {
      value: { name: `${name}Value`, shape: value, comment: `value of map ${map.name}${each}` },
    }),
  };
}

/** Structs that globals point to: the usual way to keep an event's type in the BTF. */
function pointedStructs(object: GatedObject, globals: readonly Global[]): number[] {
  const { btf } = object;
  if (btf === undefined) return [];
  return globals.map(({ type }) => btf.resolve(type))
    .filter((type) => btf.kind(type) === BtfKind.PTR)
    .map((type) => btf.resolve(btf.ref(type)))
    .filter((type) => btf.kind(type) === BtfKind.STRUCT && btf.name(type) !== "");
}

function eventTargets(object: GatedObject, names: readonly string[]): Target[] {
  const { btf } = object;
  if (btf === undefined) return [];
  const named = names.map((name) => {
    const type = btf.find(name, BtfKind.STRUCT);
    if (type !== 0) return type;
    throw new BytecodeError("bad-value", `Cannot find struct "${name}": the BTF has none such`);
  });
  const types = new Set([...named, ...pointedStructs(object, readGlobals(object))]);
  return [...types].map((type) => {
    const name = btf.name(type);
    return { name: pascalCase(name), shape: shapeOf(btf, type), comment: `event ${name}` };
  });
}

/** Source of one exported codec. */
function codec(emitter: TypeEmitter, target: Target, name: string): string {
  const { shape, comment } = target;
  const type = emitter.type(shape, name);
  const read = emitter.read(shape, "0", name);
  const write = emitter.write(shape, "0", "value", name);
  return `/** Codec of the ${commentText(comment)}: \`${commentText(shape.cName)}\`. */
export const ${lowerFirst(name)}Codec: Codec<${type}> = {
  size: ${shape.size},
  decode(bytes) {
    const view = viewOf(bytes, ${shape.size});
    return ${read};
  },
  encode(value) {
    const bytes = new Uint8Array(${shape.size});
    const view = new DataView(bytes.buffer);
    ${write}
    return bytes;
  },
};`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const CODEC = `/** Turns values into bytes and back. */
export interface Codec<Type> {
  /** Bytes of a value. */
  readonly size: number;
  decode(bytes: Uint8Array): Type;
  encode(value: Type): Uint8Array;
}

function viewOf(bytes: Uint8Array, size: number): DataView {
  if (bytes.length < size) {
    throw new RangeError(\`Cannot decode \${bytes.length} bytes: \${size} are wanted\`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}`;

function globalTarget(object: GatedObject, global: Global): Target | undefined {
  if (object.btf === undefined || global.value === undefined) return undefined;
  const shape = shapeOf(object.btf, global.type);
  const comment = `global ${global.name} at ${global.offset} of ${global.section}`;
  return { name: pascalCase(`global_${global.name}`), shape, comment };
}

/** Lines of the table of maps: name, type and codecs. */
function mapTable(entries: readonly { map: ObjectMap; key?: string; value?: string }[]): string {
  const lines = entries.map(({ map, key, value }) => {
    const codecs = [
      `type: ${JSON.stringify(map.typeName)}`,
      `maxEntries: ${map.maxEntries}`,
      ...(key === undefined ? [] : [`key: ${key}`]),
      ...(value === undefined ? [] : [`value: ${value}`]),
    ];
    return `  ${property(map.name)}: { ${codecs.join(", ")} },`;
  });
  return `/** The object's maps with their codecs. */\nexport const maps = {\n${
    lines.join("\n")
  }\n} as const;`;
}

/** A commented example for the first map that has both codecs. */
function example(entries: readonly { map: ObjectMap; key?: string; value?: string }[]): string {
  const entry = entries.find(({ key, value }) => key !== undefined && value !== undefined);
  if (entry === undefined) return "";
  return `
 *
 * \`\`\`ts ignore
 * import { ${entry.key}, ${entry.value} } from "./types.ts";
 *
 * const key = ${entry.key}.encode(${entry.key}.decode(keyBytes));
 * const value = ${entry.value}.decode(valueBytes);
 * \`\`\``;
}

/**
 * Generates a TypeScript module that stands alone.
 *
 * @param object An object that has passed the gate.
 * @returns Source with an interface for each struct and a codec for each map key and value, event
 * and global.
 * @throws {BytecodeError} When a named event does not exist or a type has no values.
 */
export function generateTypes(object: GatedObject, options: TypesOptions = {}): string {
  const emitter = new TypeEmitter();
  const names = new Names();
  const codecs: string[] = [];
  function add(target: Target | undefined): string | undefined {
    if (target === undefined) return undefined;
    const name = names.take(target.name);
    codecs.push(codec(emitter, target, name));
    return `${lowerFirst(name)}Codec`;
  }
  const entries = readMaps(object).map((map) => {
    const { key, value } = mapTargets(object, map);
    const keyName = add(key);
    const valueName = add(value);
    return {
      map,
      ...(keyName !== undefined && { key: keyName }),
      ...(valueName !== undefined && { value: valueName }),
    };
  });
  for (const target of eventTargets(object, options.events ?? [])) add(target);
  for (const global of readGlobals(object)) add(globalTarget(object, global));
  const body = [...emitter.declarations, ...codecs, mapTable(entries)].join("\n\n");
  const heading =
    `/**\n * Types and codecs of ${commentText(options.source ?? "a BPF object")}; generated.` +
    `${example(entries)}\n *\n * @module\n */\n\n` +
    `/** Byte order of the object. */\nconst LITTLE = ${object.file.isLittleEndian};`;
  const unused = /\bLITTLE\b/.test(body + usedHelpers(body).join("")) ? heading : heading.replace(
    /\n\n\/\*\* Byte order[^]*$/,
    "",
  );
  return `${[unused, CODEC, ...usedHelpers(body), body].join("\n\n")}\n`;
}
