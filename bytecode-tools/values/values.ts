/**
 * Values of BTF types: from bytes to what JavaScript has, and back, byte for byte.
 *
 * Integers up to 32 bits are numbers, wider ones and pointers are bigints; `char` arrays are
 * strings up to their first zero byte, `unsigned char` arrays are bytes; enumerations are the
 * names of their constants, or numbers that have none; structs and unions are objects.
 *
 * @module
 */
import { readBits, writeBits } from "./bits.ts";
import { BytecodeError } from "../errors.ts";
import type { FieldShape, Shape } from "./shapes.ts";

/** A value of a BTF type. */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [field: string]: Value };

/** Byte order of values. */
export interface ValueOptions {
  /** @default true */
  /** Byte order. @default true */
  readonly isLittleEndian?: boolean;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function wrong(shape: Shape, path: string, fault: string): never {
  const name = path === "" ? `"${shape.cName}"` : `"${path}" (${shape.cName})`;
  throw new BytecodeError("bad-value", `Cannot encode ${name}: ${fault}`, 0, { rule: "bad-value" });
}

/** A number of at most 32 bits as a number, else as a bigint. */
function narrow(value: bigint, width: number): number | bigint {
  return width <= 32 ? Number(value) : value;
}

function numberAt(
  bytes: Uint8Array,
  place: { offset: number; width: number; isSigned: boolean },
  isLittleEndian: boolean,
): bigint {
  const value = readBits(bytes, place, isLittleEndian);
  return place.isSigned ? BigInt.asIntN(place.width, value) : value;
}

function integerFrom(bytes: Uint8Array, size: number, isLittleEndian: boolean): bigint {
  let value = 0n;
  for (let n = 0; n < size; n++) {
    const byte = bytes[isLittleEndian ? size - 1 - n : n] ?? 0;
    value = value << 8n | BigInt(byte);
  }
  return value;
}

function enumValue(shape: Shape & { kind: "enum" }, value: bigint): Value {
  const found = shape.constants.find((constant) => constant.value === value);
  return found?.name ?? narrow(value, shape.size * 8);
}

function floatFrom(bytes: Uint8Array, size: number, isLittleEndian: boolean): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 4) return view.getFloat32(0, isLittleEndian);
  if (size === 8) return view.getFloat64(0, isLittleEndian);
  return bytes.slice(0, size);
}

function decodeField(bytes: Uint8Array, field: FieldShape, isLittleEndian: boolean): Value {
  const { bits, shape, offset } = field;
  if (bits === undefined) return decode(bytes.subarray(offset), shape, isLittleEndian);
  const isSigned = "isSigned" in shape && shape.isSigned;
  const value = numberAt(bytes, { ...bits, isSigned }, isLittleEndian);
  if (shape.kind === "enum") return enumValue(shape, value);
  if (shape.kind === "bool") return value !== 0n;
  return narrow(value, shape.size * 8);
}

function decode(bytes: Uint8Array, shape: Shape, isLittleEndian: boolean): Value {
  switch (shape.kind) {
    case "bool":
      return bytes[0] !== 0;
    case "int": {
      const value = integerFrom(bytes, shape.size, isLittleEndian);
      const width = shape.size * 8;
      return narrow(shape.isSigned ? BigInt.asIntN(width, value) : value, width);
    }
    case "pointer":
      return integerFrom(bytes, 8, isLittleEndian);
    case "enum": {
      const value = integerFrom(bytes, shape.size, isLittleEndian);
      return enumValue(shape, shape.isSigned ? BigInt.asIntN(shape.size * 8, value) : value);
    }
    case "float":
      return floatFrom(bytes, shape.size, isLittleEndian);
    case "text": {
      const text = bytes.subarray(0, shape.size);
      const end = text.indexOf(0);
      return decoder.decode(end < 0 ? text : text.subarray(0, end));
    }
    case "bytes":
      return bytes.slice(0, shape.size);
    case "array":
      return Array.from(
        { length: shape.length },
        (_, n) => decode(bytes.subarray(n * shape.element.size), shape.element, isLittleEndian),
      );
    default:
      return Object.fromEntries(
        shape.fields.map((field) => [field.name, decodeField(bytes, field, isLittleEndian)]),
      );
  }
}

/**
 * Decodes a value.
 *
 * @param bytes At least as many bytes as the type has; more are not read.
 * @param shape The type's shape.
 * @throws {BytecodeError} When there are too few bytes.
 */
export function decodeValue(bytes: Uint8Array, shape: Shape, options: ValueOptions = {}): Value {
  if (bytes.length < shape.size) {
    const message = `Cannot decode "${shape.cName}": it has ${shape.size} bytes, ` +
      `${bytes.length} are given`;
    throw new BytecodeError("bad-value", message);
  }
  return decode(bytes.subarray(0, shape.size), shape, options.isLittleEndian ?? true);
}

/** A whole number from what was given, within the bounds of its width. */
function wholeNumber(
  shape: Shape,
  value: Value,
  at: { path: string; width: number; isSigned: boolean },
): bigint {
  const { path, width, isSigned } = at;
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isSafeInteger(value))) {
    return wrong(shape, path, "a whole number is wanted");
  }
  const number = BigInt(value);
  const lowest = isSigned ? -(1n << BigInt(width - 1)) : 0n;
  const highest = isSigned ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  if (number < lowest || number > highest) {
    wrong(shape, path, `${number} is not from ${lowest} to ${highest}`);
  }
  return number;
}

/** The number that stands for a value of an integer-like type. */
function numberFor(shape: Shape, value: Value, path: string, width: number): bigint {
  if (shape.kind === "bool") {
    return typeof value === "boolean" ? BigInt(value) : wrong(shape, path, "a boolean is wanted");
  }
  const isSigned = "isSigned" in shape && shape.isSigned;
  if (shape.kind !== "enum" || typeof value !== "string") {
    return wholeNumber(shape, value, { path, width, isSigned });
  }
  const constant = shape.constants.find(({ name }) => name === value);
  if (constant !== undefined) return constant.value;
  const known = shape.constants.slice(0, 8).map(({ name }) => name).join(", ");
  return wrong(shape, path, `"${value}" is none of ${known}`);
}

/** Writes values into an array of bytes. */
class Writer {
  readonly #isLittleEndian: boolean;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  write(bytes: Uint8Array, shape: Shape, value: Value, path: string): void {
    switch (shape.kind) {
      case "text":
        return this.#text(bytes, shape, value, path);
      case "bytes":
        return this.#bytes(bytes, shape, value, path);
      case "float":
        return this.#float(bytes, shape, value, path);
      case "array":
        return this.#array(bytes, shape, value, path);
      case "struct":
      case "union":
        return this.#composite(bytes, shape, value, path);
    }
    const width = shape.size * 8;
    const number = numberFor(shape, value, path, width);
    writeBits(bytes, { offset: 0, width, isLittleEndian: this.#isLittleEndian }, number);
  }

  #text(bytes: Uint8Array, shape: Shape, value: Value, path: string): void {
    if (typeof value !== "string") wrong(shape, path, "a string is wanted");
    const encoded = encoder.encode(value);
    if (encoded.length > shape.size) {
      wrong(shape, path, `the text has ${encoded.length} bytes, the field ${shape.size}`);
    }
    bytes.set(encoded);
  }

  #bytes(bytes: Uint8Array, shape: Shape, value: Value, path: string): void {
    if (!(value instanceof Uint8Array) || value.length !== shape.size) {
      wrong(shape, path, `${shape.size} bytes are wanted`);
    }
    bytes.set(value);
  }

  #float(bytes: Uint8Array, shape: Shape, value: Value, path: string): void {
    if (shape.size !== 4 && shape.size !== 8) return this.#bytes(bytes, shape, value, path);
    if (typeof value !== "number") wrong(shape, path, "a number is wanted");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (shape.size === 4) view.setFloat32(0, value, this.#isLittleEndian);
    else view.setFloat64(0, value, this.#isLittleEndian);
  }

  #array(bytes: Uint8Array, shape: Shape & { kind: "array" }, value: Value, path: string): void {
    if (!Array.isArray(value) || value.length !== shape.length) {
      wrong(shape, path, `a list of ${shape.length} is wanted`);
    }
    value.forEach((item: Value, n) =>
      this.write(bytes.subarray(n * shape.element.size), shape.element, item, `${path}[${n}]`)
    );
  }

  #composite(
    bytes: Uint8Array,
    shape: Shape & { kind: "struct" | "union" },
    value: Value,
    path: string,
  ): void {
    if (typeof value !== "object" || Array.isArray(value) || value instanceof Uint8Array) {
      wrong(shape, path, "an object is wanted");
    }
    const given = new Map(Object.entries(value as { readonly [field: string]: Value }));
    const prefix = path === "" ? "" : `${path}.`;
    for (const field of shape.fields) {
      const item = given.get(field.name);
      given.delete(field.name);
      if (item !== undefined) this.#field(bytes, field, item, `${prefix}${field.name}`);
      else if (shape.kind === "struct") wrong(shape, path, `field "${field.name}" is missing`);
    }
    for (const name of given.keys()) wrong(shape, path, `there is no field "${name}"`);
    if (shape.kind === "union") this.#checkUnion(bytes, shape, value, path);
  }

  #field(bytes: Uint8Array, field: FieldShape, value: Value, path: string): void {
    const { bits, shape, offset } = field;
    if (bits === undefined) return this.write(bytes.subarray(offset), shape, value, path);
    const number = numberFor(shape, value, path, bits.width);
    writeBits(bytes, { ...bits, isLittleEndian: this.#isLittleEndian }, number);
  }

  /** All members of a union that were given must say the same. */
  #checkUnion(
    bytes: Uint8Array,
    shape: Shape & { kind: "struct" | "union" },
    value: Value,
    path: string,
  ): void {
    const given = shape.fields.filter(({ name }) => Object.hasOwn(value as object, name));
    if (given.length === 0) wrong(shape, path, "one member of the union is wanted");
    for (const field of given) {
      const alone = bytes.slice(0, shape.size);
      const item = (value as { readonly [field: string]: Value })[field.name];
      if (item !== undefined) this.#field(alone, field, item, path);
      if (alone.every((byte, n) => byte === bytes[n])) continue;
      wrong(shape, path, `member "${field.name}" says something else than another one`);
    }
  }
}

/**
 * Encodes a value.
 *
 * @param value The value, checked against the shape.
 * @param shape The type's shape.
 * @returns As many bytes as the type has; padding is zero.
 * @throws {BytecodeError} When the value does not fit, with the path of the field.
 */
export function encodeValue(
  value: Value,
  shape: Shape,
  options: ValueOptions = {},
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(shape.size);
  new Writer(options.isLittleEndian ?? true).write(bytes, shape, value, "");
  return bytes;
}
