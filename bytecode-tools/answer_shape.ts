/**
 * Checks of the module's answers: JSON comes out of code that untrusted bytes have been through, so
 * nothing in it is taken for granted.
 *
 * @module
 */
import { InspectError } from "./inspect_error.ts";

/** Returns the value in its type, or throws. */
export type Check<T> = (value: unknown, path: string) => T;

function wrong(path: string, wanted: string): InspectError {
  return new InspectError("bad-answer", `Cannot use the module's answer: ${path} is not ${wanted}`);
}

const UTF8 = new TextDecoder();

/** Text; the module writes bytes, and the bytes are UTF-8. */
export const text: Check<string> = (value, path) => {
  if (typeof value !== "string") throw wrong(path, "text");
  if (!/[\x80-\xff]/.test(value)) return value;
  return UTF8.decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
};

/** A whole number. */
export const integer: Check<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong(path, "an integer");
  return value;
};

/** A number of 0 or more. */
export const natural: Check<number> = (value, path) => {
  const number = integer(value, path);
  if (number < 0) throw wrong(path, "0 or more");
  return number;
};

/** True or false. */
export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw wrong(path, "true or false");
  return value;
};

/** 64 bits, as digits in a string. */
export const wide: Check<bigint> = (value, path) => {
  if (typeof value !== "string" || !/^\d{1,20}$/.test(value)) throw wrong(path, "64 bits");
  return BigInt(value);
};

/** What another check takes, or null for undefined. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, path) => value === null || value === undefined ? undefined : check(value, path);
}

/** One of the words. */
export function word<const T extends string>(words: readonly T[]): Check<T> {
  return (value, path) => {
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) throw wrong(path, `one of ${words.join(", ")}`);
    return found;
  };
}

/** A list. */
export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, "a list");
    return value.map((item, index) => check(item, `${path}[${index}]`));
  };
}

/** An object with these fields; others are dropped. */
export function record<T>(fields: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, path) => {
    if (typeof value !== "object" || value === null) throw wrong(path, "an object");
    const source = value as Record<string, unknown>;
    const result: Partial<T> = {};
    for (const name of names) result[name] = fields[name](source[name], `${path}.${name}`);
    return result as T;
  };
}

/** Reads the bytes of an answer as JSON of a shape. */
export function readAnswer<T>(bytes: Uint8Array, check: Check<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch (cause) {
    throw new InspectError("bad-answer", "Cannot use the module's answer: it is not JSON", {
      cause,
    });
  }
  return check(value, "answer");
}
