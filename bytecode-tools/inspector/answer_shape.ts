/**
 * Checks of the module's answers: JSON comes out of code that untrusted bytes have been through, so
 * nothing in it is taken for granted.
 *
 * @module
 */
import { InspectError } from "./inspect_error.ts";

/** Returns the value in its type, or throws. */
export type Check<T> = (value: unknown) => T;

/** A value that is not what it must be; the way to it is told only then, since it costs time. */
class WrongValue extends Error {
  #path = "";

  /** Says one step more of the way to the value. */
  within(step: string): this {
    this.#path = step + this.#path;
    return this;
  }

  get path(): string {
    return `answer${this.#path}`;
  }
}

function wrong(wanted: string): WrongValue {
  return new WrongValue(wanted);
}

function within(error: unknown, step: string): unknown {
  return error instanceof WrongValue ? error.within(step) : error;
}

const UTF8 = new TextDecoder();

/** Text; the module writes bytes, and the bytes are UTF-8. */
export const text: Check<string> = (value) => {
  if (typeof value !== "string") throw wrong("text");
  if (!/[\x80-\xff]/.test(value)) return value;
  return UTF8.decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
};

/** A whole number. */
export const integer: Check<number> = (value) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong("an integer");
  return value;
};

/** A number of 0 or more. */
export const natural: Check<number> = (value) => {
  const number = integer(value);
  if (number < 0) throw wrong("0 or more");
  return number;
};

/** True or false. */
export const flag: Check<boolean> = (value) => {
  if (typeof value !== "boolean") throw wrong("true or false");
  return value;
};

/** 64 bits, as digits in a string. */
export const wide: Check<bigint> = (value) => {
  if (typeof value !== "string" || !/^\d{1,20}$/.test(value)) throw wrong("64 bits");
  return BigInt(value);
};

/** What another check takes, or null for undefined. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value) => value === null || value === undefined ? undefined : check(value);
}

/** One of the words. */
export function word<const T extends string>(words: readonly T[]): Check<T> {
  return (value) => {
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) throw wrong(`one of ${words.join(", ")}`);
    return found;
  };
}

/** A list. */
export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw wrong("a list");
    const result: T[] = [];
    try {
      for (const item of value) result.push(check(item));
    } catch (error) {
      throw within(error, `[${result.length}]`);
    }
    return result;
  };
}

/** An object with these fields; others are dropped. */
export function record<T>(fields: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value) => {
    if (typeof value !== "object" || value === null) throw wrong("an object");
    const source = value as Record<string, unknown>;
    const result: Partial<T> = {};
    let current = "";
    try {
      for (const name of names) {
        current = name;
        result[name] = fields[name](source[name]);
      }
    } catch (error) {
      throw within(error, `.${current}`);
    }
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
  try {
    return check(value);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    const message = `Cannot use the module's answer: ${error.path} is not ${error.message}`;
    throw new InspectError("bad-answer", message);
  }
}
