/**
 * The shape of values of BTF types: what a codec has to know, without names of typedefs and
 * qualifiers.
 *
 * @module
 */
import type { Btf } from "../btf/btf.ts";
import { BtfKind, kindName } from "../btf/kinds.ts";
import { typeName } from "../btf/c_types.ts";
import { refuse } from "../errors.ts";

/** A member of a struct or union, anonymous ones flattened into their parent. */
export interface FieldShape {
  /** Name, empty when there is none. */
  readonly name: string;
  /** Bytes from the start of the struct; of the first byte for bit fields. */
  readonly offset: number;
  /** Bits from the start of the struct, and width, of a bit field. */
  readonly bits: { readonly offset: number; readonly width: number } | undefined;
  /** Shape of the values. */
  readonly shape: Shape;
}

/** An enumeration's constants. */
export interface Constant {
  /** Name, empty when there is none. */
  readonly name: string;
  /** Its value. */
  readonly value: bigint;
}

/** What every shape has. */
export interface ShapeBase {
  /** Bytes. */
  readonly size: number;
  /** The type in C. */
  readonly cName: string;
}

/** The shape of a type's values. */
export type Shape =
  & ShapeBase
  & (
    | { readonly kind: "int"; readonly isSigned: boolean }
    | { readonly kind: "bool" }
    | { readonly kind: "float" }
    | { readonly kind: "pointer" }
    | { readonly kind: "enum"; readonly isSigned: boolean; readonly constants: readonly Constant[] }
    | { readonly kind: "text" }
    | { readonly kind: "bytes" }
    | { readonly kind: "array"; readonly length: number; readonly element: Shape }
    | {
      readonly kind: "struct" | "union";
      /** Empty for anonymous ones. */
      readonly name: string;
      readonly fields: readonly FieldShape[];
    }
  );

const SIGNED = 1;
const BOOL = 4;
/** Deepest nesting and most fields of one type. */
const MAX_DEPTH = 32;
const MAX_FIELDS = 20_000;

interface Walk {
  readonly btf: Btf;
  depth: number;
  fields: number;
}

function wrong({ btf }: Walk, id: number, fault: string): never {
  const message = `Cannot give type ${id} ("${typeName(btf, id)}") a form: it ${fault}`;
  refuse("type-shape", message, { offset: btf.offsetOf(id), section: ".BTF" });
}

function intShape(walk: Walk, id: number): Shape {
  const { btf } = walk;
  const { encoding } = btf.int(id);
  const common = { size: btf.word(id, 2), cName: btf.name(id) };
  if (encoding === BOOL && common.size === 1) return { kind: "bool", ...common };
  return { kind: "int", isSigned: (encoding & SIGNED) !== 0, ...common };
}

/** True for `char`, whose arrays are text; `unsigned char` and `__u8` arrays are bytes. */
function isChar(btf: Btf, id: number): boolean {
  return btf.kind(id) === BtfKind.INT && btf.word(id, 2) === 1 && btf.name(id) === "char";
}

function arrayShape(walk: Walk, id: number): Shape {
  const { btf } = walk;
  const { element, length } = btf.array(id);
  const target = btf.resolve(element);
  const common = { size: btf.sizeOf(id) ?? 0, cName: typeName(btf, id) };
  if (isChar(btf, target)) return { kind: "text", ...common };
  const shape = shapeAt(walk, element);
  if (shape.kind === "int" && shape.size === 1 && !shape.isSigned) {
    return { kind: "bytes", ...common };
  }
  return { kind: "array", length, element: shape, ...common };
}

function enumShape({ btf }: Walk, id: number): Shape {
  const constants = btf.enumerators(id);
  const isSigned = btf.flag(id);
  return { kind: "enum", isSigned, constants, size: btf.word(id, 2), cName: typeName(btf, id) };
}

/** The bit field that a member is, by the kind flag or by an integer of few bits. */
function bitsOf(
  walk: Walk,
  type: number,
  bitOffset: number,
  bitSize: number,
): FieldShape["bits"] {
  const { btf } = walk;
  if (bitSize !== 0) return { offset: bitOffset, width: bitSize };
  const target = btf.resolve(type);
  if (btf.kind(target) !== BtfKind.INT) return undefined;
  const { offset, bits } = btf.int(target);
  if (offset === 0 && bits === btf.word(target, 2) * 8 && bitOffset % 8 === 0) return undefined;
  return { offset: bitOffset + offset, width: bits };
}

function structFields(walk: Walk, id: number, base: number): FieldShape[] {
  const { btf } = walk;
  return btf.members(id).flatMap(({ name, type, bitOffset, bitSize }) => {
    if (++walk.fields > MAX_FIELDS) wrong(walk, id, `has more than ${MAX_FIELDS} fields`);
    const target = btf.resolve(type);
    const kind = btf.kind(target);
    const isComposite = kind === BtfKind.STRUCT || kind === BtfKind.UNION;
    if (name === "" && !isComposite) return [];
    // an anonymous struct's fields are its parent's; unions keep their own object
    if (name === "" && kind === BtfKind.STRUCT) {
      return structFields(walk, target, base + bitOffset / 8);
    }
    const bits = bitsOf(walk, type, bitOffset + base * 8, bitSize);
    const shape = shapeAt(walk, type);
    const offset = bits === undefined ? base + bitOffset / 8 : bits.offset >>> 3;
    return [{ name, offset, bits, shape }];
  });
}

/** Names for anonymous unions, which keep an object of their own: `union`, `union2`, … */
function nameAll(fields: readonly FieldShape[]): FieldShape[] {
  let count = 0;
  return fields.map((field) => {
    if (field.name !== "") return field;
    count++;
    return { ...field, name: count === 1 ? "union" : `union${count}` };
  });
}

function compositeShape(walk: Walk, id: number): Shape {
  const { btf } = walk;
  const kind = btf.kind(id) === BtfKind.STRUCT ? "struct" : "union";
  const fields = nameAll(structFields(walk, id, 0));
  return { kind, name: btf.name(id), fields, size: btf.word(id, 2), cName: typeName(btf, id) };
}

function shapeAt(walk: Walk, type: number): Shape {
  const { btf } = walk;
  const id = btf.resolve(type);
  if (++walk.depth > MAX_DEPTH) wrong(walk, type, `is nested more than ${MAX_DEPTH} deep`);
  try {
    const kind = btf.kind(id);
    switch (kind) {
      case BtfKind.INT:
        return intShape(walk, id);
      case BtfKind.PTR:
        return { kind: "pointer", size: 8, cName: typeName(btf, id) };
      case BtfKind.FLOAT:
        return { kind: "float", size: btf.word(id, 2), cName: btf.name(id) };
      case BtfKind.ENUM:
      case BtfKind.ENUM64:
        return enumShape(walk, id);
      case BtfKind.ARRAY:
        return arrayShape(walk, id);
      case BtfKind.STRUCT:
      case BtfKind.UNION:
        return compositeShape(walk, id);
      default:
        return wrong(walk, type, `is a ${kindName(kind)}, which has no values`);
    }
  } finally {
    walk.depth--;
  }
}

/**
 * The shape of a type's values.
 *
 * @param btf Checked BTF.
 * @param type Number of the type.
 * @throws {BytecodeError} When values of the type cannot be held.
 */
export function shapeOf(btf: Btf, type: number): Shape {
  return shapeAt({ btf, depth: 0, fields: 0 }, type);
}
