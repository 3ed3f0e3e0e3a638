/**
 * Checks values of the configuration by their shapes.
 *
 * @module
 */
import { type BpfmanError, usageError } from "../core/errors.ts";
import type { ConfigKeys } from "./config_table.ts";
import type { Shape } from "./schema/shape.ts";

/** A table of the configuration. */
export type Table = Readonly<Record<string, unknown>>;

/** True for a table. */
export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True when a value is what the shape of a key wants; lists are looked into by who reads them. */
function fits(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "word":
      return shape.words.some((word) => word === value);
    case "text": {
      const isText = typeof value === "string";
      return isText && (shape.pattern === undefined || new RegExp(shape.pattern, "u").test(value));
    }
    case "integer": {
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = shape;
      return typeof value === "number" && Number.isSafeInteger(value) && value >= min &&
        value <= max;
    }
    case "either":
      return shape.of.some((one) => fits(one, value));
    case "list":
      return Array.isArray(value);
    case "any":
      return true;
    default:
      throw new TypeError(`Cannot check a value of the configuration by "${shape.kind}"`);
  }
}

/** The error for a value that cannot be. */
function wrongValue(name: string, path: string, wanted: string): BpfmanError {
  return usageError(`Cannot use ${name} in "${path}": it must be ${wanted}`);
}

/** A table of the configuration with its name. */
export interface NamedTable {
  /** Such as `maps`. */
  readonly name: string;
  /** Path of the file, for messages. */
  readonly path: string;
  readonly keys: ConfigKeys;
}

/**
 * Checks the values of known keys.
 *
 * @returns The table; undefined where there is none.
 * @throws {BpfmanError} For a value that cannot be.
 */
export function checkedTable(value: unknown, { name, path, keys }: NamedTable): Table | undefined {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw wrongValue(name, path, "a table");
  for (const [key, { shape, wanted }] of Object.entries(keys)) {
    const given = value[key];
    if (given !== undefined && !fits(shape, given)) {
      throw wrongValue(`${name}.${key}`, path, wanted);
    }
  }
  return value;
}
