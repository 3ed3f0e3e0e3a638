/**
 * Global variables of an object: names, C types, places, current values, and new values from
 * text.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import { declaration, typeName } from "../btf/c_types.ts";
import { SectionType, SymbolType } from "../elf/elf.ts";
import { BytecodeError } from "../errors.ts";
import type { GatedObject } from "../object/gate.ts";
import { type Shape, shapeOf } from "./shapes.ts";
import { decodeValue, encodeValue, type Value } from "./values.ts";
import { parseValue } from "./value_text.ts";

/** A global variable. */
export interface Global {
  /** Name of the variable. */
  readonly name: string;
  /** `.rodata`, `.data`, `.bss` or one of their named kin. */
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes that it takes. */
  readonly size: number;
  /** The type in C, undefined without BTF. */
  readonly cType: string | undefined;
  /** The whole declaration in C, undefined without BTF. */
  readonly declaration: string | undefined;
  /** BTF type; 0 without BTF. */
  readonly type: number;
  /** True in `.rodata`: the verifier takes the value as a constant. */
  readonly isConstant: boolean;
  /** Its value in the object. */
  readonly bytes: Uint8Array;
  /** Undefined when the type is unknown or has no form. */
  readonly value: Value | undefined;
}

const GLOBAL_SECTION = /^\.(rodata|data|bss)(\.|$)/;

/** BTF types of the variables by section and name. */
function variableTypes(object: Pick<GatedObject, "btf">): Map<string, number> {
  const { btf } = object;
  const types = new Map<string, number>();
  if (btf === undefined) return types;
  for (let id = btf.firstId; id < btf.end; id++) {
    if (btf.kind(id) !== BtfKind.DATASEC) continue;
    const section = btf.name(id);
    for (const { type } of btf.variables(id)) {
      if (btf.kind(type) === BtfKind.VAR) types.set(`${section} ${btf.name(type)}`, btf.ref(type));
    }
  }
  return types;
}

/** The form of a global's values; undefined when it has none. */
function tryShape(object: Pick<GatedObject, "btf">, type: number): Shape | undefined {
  if (object.btf === undefined || type === 0) return undefined;
  try {
    return shapeOf(object.btf, type);
  } catch (error) {
    if (error instanceof BytecodeError) return undefined;
    throw error;
  }
}

/**
 * Reads the global variables of an object.
 *
 * @param object An object that has passed the gate.
 * @returns Variables by section and place; string literals and padding are not among them.
 */
export function readGlobals(object: GatedObject): Global[] {
  const { file, btf } = object;
  const types = variableTypes(object);
  const globals: Global[] = [];
  for (const symbol of object.symbols) {
    const section = file.sections[symbol.section];
    if (section === undefined || symbol.type !== SymbolType.OBJECT || symbol.size === 0) continue;
    if (!GLOBAL_SECTION.test(section.name)) continue;
    const type = types.get(`${section.name} ${symbol.name}`) ?? 0;
    const offset = Number(symbol.value);
    const { size } = symbol;
    const start = section.offset + offset;
    const bytes = section.type === SectionType.NOBITS
      ? new Uint8Array(size)
      : file.bytes.slice(start, start + size);
    const shape = tryShape(object, type);
    const isDecodable = shape !== undefined && shape.size === size;
    globals.push({
      name: symbol.name,
      section: section.name,
      offset,
      size,
      type,
      cType: btf === undefined || type === 0 ? undefined : typeName(btf, type),
      declaration: btf === undefined || type === 0
        ? undefined
        : declaration(btf, type, symbol.name),
      isConstant: section.name.startsWith(".rodata"),
      bytes,
      value: isDecodable
        ? decodeValue(bytes, shape, { isLittleEndian: file.isLittleEndian })
        : undefined,
    });
  }
  return globals.sort((a, b) =>
    a.section === b.section ? a.offset - b.offset : a.section < b.section ? -1 : 1
  );
}

/**
 * The bytes that give a global variable a new value.
 *
 * @param object An object that has passed the gate.
 * @param name Name of the variable.
 * @param text Its value as a user writes it; `hex:` and bytes always works.
 * @returns As many bytes as the variable has.
 * @throws {BytecodeError} When there is no such variable or the text does not fit its type.
 */
export function globalBytes(object: GatedObject, name: string, text: string): Uint8Array {
  const globals = readGlobals(object);
  const global = globals.find((candidate) => candidate.name === name);
  if (global === undefined) {
    const known = globals.map((candidate) => candidate.name).join(", ") || "none";
    const message = `Cannot set global "${name}": the object has ${known}`;
    throw new BytecodeError("bad-value", message);
  }
  const shape: Shape = tryShape(object, global.type) ??
    { kind: "bytes", size: global.size, cName: "bytes" };
  const isLittleEndian = object.file.isLittleEndian;
  try {
    return encodeValue(parseValue(text, shape, { isLittleEndian }), shape, { isLittleEndian });
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    const why = error.message.replace(/^C/, "c");
    const message = `Cannot set global "${name}" to "${text}": ${why}`;
    throw new BytecodeError("bad-value", message);
  }
}
