/**
 * Label selectors in the grammar of Kubernetes over metadata:
 * `key=value`, `key==value`, `key!=value`, `key in (a, b)`, `key notin (a, b)`, `key`, `!key`, with
 * commas between, all of which must hold.
 *
 * @module
 */
import { usageError } from "./errors.ts";
import type { Metadata } from "./types.ts";

/** One condition of a selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
}

/** A prefix with slash is a DNS name; the rest begins and ends with a letter or digit. */
const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const TOKEN = /\s*(==|!=|=|!|,|\(|\)|[^\s=!,()]+)\s*/y;

function problem(text: string, why: string): Error {
  return usageError(
    `Cannot read selector "${text}": ${why}`,
    "Write such as: app=shop,tier in (front, back),!old",
  );
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw problem(text, `"${text.slice(at)}" is not understood`);
    tokens.push(token);
  }
  return tokens;
}

const PUNCTUATION = new Set(["==", "!=", "=", "!", ",", "(", ")"]);

/** Reads tokens one after the other. */
class Reader {
  readonly #text: string;
  readonly #tokens: string[];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get isAtEnd(): boolean {
    return this.#tokens.length === 0;
  }

  take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.unexpected(`"${token}"`);
  }

  key(): string {
    const key = this.#word() ?? "";
    if (!KEY.test(key)) throw problem(this.#text, `"${key}" is not a key`);
    return key;
  }

  /** A value; it may be missing, which is the empty one. */
  value(): string {
    return this.#word() ?? "";
  }

  unexpected(wanted: string): Error {
    const found = this.#tokens[0] === undefined ? "its end" : `"${this.#tokens[0]}"`;
    return problem(this.#text, `${wanted} is wanted in place of ${found}`);
  }

  #word(): string | undefined {
    const [next] = this.#tokens;
    return next === undefined || PUNCTUATION.has(next) ? undefined : this.#tokens.shift();
  }
}

function readSet(reader: Reader): string[] {
  reader.expect("(");
  const values = [reader.value()];
  while (reader.take(",")) values.push(reader.value());
  reader.expect(")");
  return values;
}

function readRequirement(reader: Reader): Requirement {
  if (reader.take("!")) return { key: reader.key(), operator: "absent", values: [] };
  const key = reader.key();
  if (reader.take("=") || reader.take("==")) {
    return { key, operator: "in", values: [reader.value()] };
  }
  if (reader.take("!=")) return { key, operator: "notin", values: [reader.value()] };
  if (reader.take("in")) return { key, operator: "in", values: readSet(reader) };
  if (reader.take("notin")) return { key, operator: "notin", values: readSet(reader) };
  return { key, operator: "exists", values: [] };
}

/**
 * Reads a selector.
 *
 * @param text The selector.
 * @returns Its conditions; all must hold.
 * @throws {BpfmanError} When it does not follow the grammar.
 */
export function parseSelector(text: string): Requirement[] {
  const reader = new Reader(text);
  if (reader.isAtEnd) return [];
  const requirements = [readRequirement(reader)];
  while (!reader.isAtEnd) {
    if (!reader.take(",")) throw reader.unexpected("a comma");
    requirements.push(readRequirement(reader));
  }
  return requirements;
}

function holds({ key, operator, values }: Requirement, metadata: Metadata): boolean {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "absent":
      return value === undefined;
    case "in":
      return value !== undefined && values.includes(value);
    case "notin":
      // as in Kubernetes, what has no such key is not in the set
      return value === undefined || !values.includes(value);
  }
}

/** True when metadata meets every condition. */
export function matchesSelector(
  requirements: readonly Requirement[],
  metadata: Metadata,
): boolean {
  return requirements.every((requirement) => holds(requirement, metadata));
}
