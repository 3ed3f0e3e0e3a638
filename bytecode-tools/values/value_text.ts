/**
 * Values as users write them, read by the type that they are for.
 *
 * @module
 */
import { BytecodeError } from "../errors.ts";
import type { Shape } from "./shapes.ts";
import { decodeValue, type Value, type ValueOptions } from "./values.ts";

function wrong(shape: Shape, text: string, wanted: string): never {
  const message = `Cannot read "${text}" as ${shape.cName}: ${wanted} is wanted`;
  throw new BytecodeError("bad-value", message);
}

const WHOLE = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/;

/** A whole number in any usual notation; undefined when the text is none. */
function wholeFrom(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  const isNegative = text.startsWith("-");
  const value = BigInt(text.replace(/^[+-]/, ""));
  return isNegative ? -value : value;
}

/** The bytes of an IPv4, IPv6 or MAC address; undefined when the text is none. */
function addressBytes(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number);
    return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
  }
  if (/^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(text)) {
    return Uint8Array.from(text.split(":"), (part) => parseInt(part, 16));
  }
  return text.includes(":") ? ipv6Bytes(text) : undefined;
}

function ipv6Groups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const isSound = groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
  return isSound ? groups.map((group) => parseInt(group, 16)) : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = ipv6Groups(halves[0] ?? "");
  const tail = ipv6Groups(halves[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]));
}

/** Bytes after `hex:`; undefined when the text is not of that form. */
function hexBytes(text: string): Uint8Array | undefined {
  const match = /^hex:((?:[0-9a-fA-F]{2}[\s:]?)*)$/.exec(text);
  if (match === null) return undefined;
  const digits = (match[1] ?? "").replace(/[\s:]/g, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const TRUE: ReadonlySet<string> = new Set(["true", "1", "yes", "y", "on"]);
const FALSE: ReadonlySet<string> = new Set(["false", "0", "no", "n", "off"]);

function boolFrom(text: string, shape: Shape): boolean {
  if (TRUE.has(text.toLowerCase())) return true;
  return FALSE.has(text.toLowerCase()) ? false : wrong(shape, text, "true or false");
}

function integerFrom(text: string, shape: Shape): Value {
  const character = /^'(.)'$/u.exec(text)?.[1];
  if (character !== undefined) return BigInt(character.codePointAt(0) ?? 0);
  return wholeFrom(text) ?? wrong(shape, text, "a whole number");
}

function enumFrom(text: string, shape: Shape & { kind: "enum" }): Value {
  if (shape.constants.some(({ name }) => name === text)) return text;
  const names = shape.constants.slice(0, 8).map(({ name }) => name).join(", ");
  return wholeFrom(text) ?? wrong(shape, text, `one of ${names}`);
}

function bytesFrom(text: string, shape: Shape): Uint8Array {
  const bytes = addressBytes(text);
  if (bytes?.length === shape.size) return bytes;
  const items = text.split(",").map((item) => wholeFrom(item.trim()));
  const isList = items.every((item) => item !== undefined && item >= 0n && item <= 255n);
  if (isList && items.length === shape.size) return Uint8Array.from(items, Number);
  return wrong(shape, text, `an address of ${shape.size} bytes, hex: or a list of numbers`);
}

/** Elements of a list: `1,2,3` or `[1, 2, 3]`. */
function listFrom(text: string, shape: Shape & { kind: "array" }, options: ValueOptions): Value {
  const inner = text.replace(/^\[|\]$/g, "");
  const items = inner === "" ? [] : inner.split(",").map((item) => item.trim());
  if (items.length !== shape.length) wrong(shape, text, `a list of ${shape.length}`);
  return items.map((item) => parseValue(item, shape.element, options));
}

/** An address as the number that holds its bytes in memory, as `__be32` does. */
function addressNumber(text: string, shape: Shape, options: ValueOptions): Value | undefined {
  if (shape.kind !== "int") return undefined;
  const bytes = addressBytes(text);
  return bytes?.length === shape.size ? decodeValue(bytes, shape, options) : undefined;
}

/** `10.0.0.0/8` for the key of a prefix tree: the length of the prefix, then the address. */
function prefixFrom(text: string, shape: Shape & { kind: "struct" | "union" }): Value | undefined {
  const [address = "", length = ""] = text.split("/");
  const bytes = /^\d{1,3}$/.test(length) ? addressBytes(address) : undefined;
  const [first, second, more] = shape.fields;
  if (bytes === undefined || shape.kind !== "struct" || more !== undefined) return undefined;
  if (first?.shape.kind !== "int" || second?.shape.size !== bytes.length) return undefined;
  if (Number(length) > bytes.length * 8) return undefined;
  return { [first.name]: BigInt(length), [second.name]: prefixAddress(bytes, second.shape) };
}

/** The address in the form of its field: a number of the same bytes, a list, or the bytes. */
function prefixAddress(bytes: Uint8Array, shape: Shape): Value {
  if (shape.kind === "array") return Array.from(bytes, BigInt);
  return shape.kind === "int" ? decodeValue(bytes, shape) : bytes;
}

/** JSON with whole numbers of any length. */
function jsonFrom(text: string, shape: Shape): Value {
  function exact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
    const source = context?.source ?? "";
    return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value;
  }
  try {
    return JSON.parse(text, exact);
  } catch (error) {
    if (error instanceof SyntaxError) return wrong(shape, text, "JSON, or hex: and bytes");
    throw error;
  }
}

/**
 * Reads a value from text.
 *
 * Numbers: decimal, `0x`, `0b`, `0o`, `'c'`, or an address for integers of its size (in network
 * order in memory). Enumerations: a constant's name. `char` arrays: the text itself. Byte arrays:
 * an address or a list. Arrays: a list. Structs and unions: JSON, or `10.0.0.0/8` for the key of a
 * prefix tree. Any type: `hex:` and its bytes.
 *
 * @param text What the user wrote.
 * @param shape The type's shape.
 * @throws {BytecodeError} When the text is no value of the type.
 */
export function parseValue(text: string, shape: Shape, options: ValueOptions = {}): Value {
  const bytes = hexBytes(text);
  if (bytes !== undefined) {
    if (bytes.length !== shape.size) wrong(shape, text, `${shape.size} bytes after hex:`);
    return shape.kind === "bytes" ? bytes : decodeValue(bytes, shape, options);
  }
  switch (shape.kind) {
    case "bool":
      return boolFrom(text, shape);
    case "enum":
      return enumFrom(text, shape);
    case "text":
      return text;
    case "bytes":
      return bytesFrom(text, shape);
    case "float":
      return /^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/.test(text)
        ? Number(text)
        : wrong(shape, text, "a number");
    case "array":
      return listFrom(text, shape, options);
    case "struct":
    case "union":
      return prefixFrom(text, shape) ?? jsonFrom(text, shape);
    default:
      return addressNumber(text, shape, options) ?? integerFrom(text, shape);
  }
}
