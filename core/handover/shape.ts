/**
 * Reads plain data strictly: each value has the type that is wanted, each object the keys that are
 * wanted and no other. A header that comes from a process without privilege is nobody's word.
 *
 * @module
 */
import { brokenPlan } from "./frame.ts";

/** Longest text in a header. */
const MAX_TEXT = 256 * 1024;
/** Most items of a list or object. */
const MAX_ITEMS = 10_000;

/** Makes a typed value of an unknown one; `where` names it in messages. */
export type Reader<T> = (value: unknown, where: string) => T;

function wrong(where: string, wanted: string): never {
  throw brokenPlan(`${where} is not ${wanted}`);
}

/** A text. */
export const text: Reader<string> = (value, where) =>
  typeof value === "string" && value.length <= MAX_TEXT ? value : wrong(where, "a text");

/** A whole number from 0 on. */
export const count: Reader<number> = (value, where) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : wrong(where, "a whole number");

/** A finite number from 0 on. */
export const amount: Reader<number> = (value, where) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0
    ? value
    : wrong(where, "a number");

/** A truth value. */
export const flag: Reader<boolean> = (value, where) =>
  typeof value === "boolean" ? value : wrong(where, "true or false");

/** `sha256:` and 64 digits. */
export const sha256: Reader<string> = (value, where) =>
  typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value)
    ? value
    : wrong(where, "a SHA-256 digest");

/** One of some words. */
export function word<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, where) =>
    words.find((one) => one === value) ?? wrong(where, `one of ${words.join(", ")}`);
}

/** A value, or null. */
export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => value === null ? null : read(value, where);
}

/** A list. */
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value) || value.length > MAX_ITEMS) return wrong(where, "a list");
    return value.map((item, at) => read(item, `${where}[${at}]`));
  };
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong(where, "an object");
  }
  const entries = Object.entries(value);
  return entries.length > MAX_ITEMS ? wrong(where, "an object of that size") : entries;
}

/** An object whose keys are free. */
export function dictionary<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, where) =>
    Object.fromEntries(
      entriesOf(value, where).map(([key, item]) => [key, read(item, `${where}.${key}`)]),
    );
}

/** An object with exactly these keys. */
export function shape<T extends object>(
  fields: { readonly [K in keyof T]: Reader<T[K]> },
): Reader<T> {
  const names = Object.keys(fields);
  return (value, where) => {
    const given = new Map(entriesOf(value, where));
    const strange = [...given.keys()].find((key) => !names.includes(key));
    if (strange !== undefined) throw brokenPlan(`${where} has the unknown key "${strange}"`);
    const read = Object.entries<Reader<unknown>>(fields).map(([name, reader]) => {
      if (!given.has(name)) throw brokenPlan(`${where} lacks "${name}"`);
      return [name, reader(given.get(name), `${where}.${name}`)] as const;
    });
    // each field was read by the reader of its own type, so the cast holds
    return Object.fromEntries(read) as T;
  };
}

/** An object of one of several kinds, told by its `kind`. */
export function variants<T extends { readonly kind: string }>(
  kinds: { readonly [K in T["kind"]]: Reader<Extract<T, { readonly kind: K }>> },
): Reader<T> {
  const byKind = new Map<unknown, Reader<T>>(Object.entries<Reader<T>>(kinds));
  return (value, where) => {
    const kind = entriesOf(value, where).find(([key]) => key === "kind")?.[1];
    const read = byKind.get(kind) ?? wrong(`${where}.kind`, `one of ${Object.keys(kinds)}`);
    return read(value, where);
  };
}
