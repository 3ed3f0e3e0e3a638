/**
 * Kinds of BTF types, and the shape of their records (Documentation/bpf/btf.rst of Linux).
 *
 * @module
 */

/** Kinds of BTF types. */
export const BtfKind = {
  VOID: 0,
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** Number of a kind. */
export type BtfKind = typeof BtfKind[keyof typeof BtfKind];

/** The highest kind that is known. */
export const LAST_KIND = BtfKind.ENUM64;

const NAMES: readonly string[] = Object.keys(BtfKind);

/** Name of a kind, such as `STRUCT`. */
export function kindName(kind: number): string {
  return NAMES[kind] ?? `kind ${kind}`;
}

/** Words after the three common ones: a fixed number, and a number for each of `vlen` entries. */
const EXTRA: readonly (readonly [fixed: number, each: number])[] = [
  [0, 0], // VOID
  [1, 0], // INT: encoding, offset, bits
  [0, 0], // PTR
  [3, 0], // ARRAY: element, index, length
  [0, 3], // STRUCT: name, type, offset
  [0, 3], // UNION
  [0, 2], // ENUM: name, value
  [0, 0], // FWD
  [0, 0], // TYPEDEF
  [0, 0], // VOLATILE
  [0, 0], // CONST
  [0, 0], // RESTRICT
  [0, 0], // FUNC
  [0, 2], // FUNC_PROTO: name, type
  [1, 0], // VAR: linkage
  [0, 3], // DATASEC: type, offset, size
  [0, 0], // FLOAT
  [1, 0], // DECL_TAG: component
  [0, 0], // TYPE_TAG
  [0, 3], // ENUM64: name, low half, high half
];

/** Words after the three common ones that every record of a kind has. */
export const FIXED_WORDS: Uint8Array = Uint8Array.from(EXTRA, ([fixed]) => fixed);
/** Words for each entry of a record of a kind. */
export const EACH_WORDS: Uint8Array = Uint8Array.from(EXTRA, ([, each]) => each);

function maskOf(kinds: readonly number[]): number {
  return kinds.reduce((mask, kind) => mask | 1 << kind, 0);
}

const MODIFIERS = maskOf([
  BtfKind.VOLATILE,
  BtfKind.CONST,
  BtfKind.RESTRICT,
  BtfKind.TYPE_TAG,
]);
const TRANSPARENT = MODIFIERS | maskOf([BtfKind.TYPEDEF]);
const REFERENCES = TRANSPARENT |
  maskOf([BtfKind.PTR, BtfKind.FUNC, BtfKind.FUNC_PROTO, BtfKind.VAR, BtfKind.DECL_TAG]);
const SIZED = maskOf([
  BtfKind.INT,
  BtfKind.STRUCT,
  BtfKind.UNION,
  BtfKind.ENUM,
  BtfKind.DATASEC,
  BtfKind.FLOAT,
  BtfKind.ENUM64,
]);

/** True for const, volatile, restrict and type tags. */
export function isModifier(kind: number): boolean {
  return (MODIFIERS >>> kind & 1) !== 0;
}

/** True when the third word of the record is a type. */
export function isReference(kind: number): boolean {
  return (REFERENCES >>> kind & 1) !== 0;
}

/** True when the third word of the record is a size. */
export function isSized(kind: number): boolean {
  return (SIZED >>> kind & 1) !== 0;
}
