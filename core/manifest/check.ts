/**
 * Checks documents by their shape: finds everything that is wrong, and fills in defaults.
 *
 * @module
 */
import { nearest } from "../suggest.ts";
import { type Entry, type Node, plainOf } from "./document.ts";
import { BASE64, type Field, type ObjectShape, type Shape, type TextShape } from "./shape.ts";
import type { ManifestPath } from "./types.ts";

/** Is told of each problem. */
export type Report = (line: number, path: ManifestPath, message: string) => void;

const ARTICLES: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object",
  list: "a list",
  text: "a text",
  boolean: "true or false",
  bytes: "base64, or a list of numbers from 0 to 255",
};

function wanted(shape: Shape): string {
  if (shape.kind === "word") {
    return shape.words.length === 1
      ? JSON.stringify(shape.words[0])
      : `one of ${shape.words.join(", ")}`;
  }
  if (shape.kind !== "integer") return ARTICLES[shape.kind] ?? shape.kind;
  const { min, max } = shape;
  const isWide = max === Number.MAX_SAFE_INTEGER;
  return isWide ? "a whole number" : `a whole number from ${min} to ${max}`;
}

function shown(node: Node): string {
  if (node.kind === "list") return "a list";
  return node.kind === "object" ? "an object" : JSON.stringify(node.value);
}

function isNull(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** Walks a document and its shape together. */
export class Checker {
  readonly #report: Report;

  /** Makes a checker that tells of problems to `report`. */
  constructor(report: Report) {
    this.#report = report;
  }

  /** The value with defaults filled in; its type is what the shape says when nothing was reported. */
  check(shape: Shape, node: Node, path: ManifestPath): unknown {
    switch (shape.kind) {
      case "any":
        return plainOf(node);
      case "object":
        return node.kind === "object"
          ? this.#object(shape, node, path)
          : this.#refuse(shape, node, path);
      case "record":
        return node.kind === "object"
          ? this.#record(shape.value, node.entries, path)
          : this.#refuse(shape, node, path);
      case "list":
        return node.kind === "list"
          ? this.#list(shape, node, path)
          : this.#refuse(shape, node, path);
      case "bytes":
        return this.#bytes(shape, node, path);
      default:
        return this.#scalar(shape, node, path);
    }
  }

  #refuse(shape: Shape, node: Node, path: ManifestPath): undefined {
    this.#report(node.line, path, `must be ${wanted(shape)}: this is ${shown(node)}`);
  }

  #record(value: Shape, entries: readonly Entry[], path: ManifestPath): unknown {
    return Object.fromEntries(
      entries.map((entry) => [entry.key, this.check(value, entry.value, [...path, entry.key])]),
    );
  }

  #list(
    shape: Extract<Shape, { kind: "list" }>,
    node: Extract<Node, { kind: "list" }>,
    path: ManifestPath,
  ): unknown {
    const { min = 0, max = Infinity } = shape;
    const { length } = node.items;
    if (length < min) this.#report(node.line, path, `must have ${min} or more: it is empty`);
    if (length > max) {
      this.#report(node.line, path, `must have ${max} at the most: it has ${length}`);
    }
    return node.items.map((item, at) => this.check(shape.item, item, [...path, at]));
  }

  #object(
    shape: ObjectShape,
    node: Extract<Node, { kind: "object" }>,
    path: ManifestPath,
  ): unknown {
    const entries = new Map(node.entries.map((entry) => [entry.key, entry]));
    const result: [string, unknown][] = [];
    for (const { key, line } of node.entries) {
      if (!Object.hasOwn(shape.fields, key)) this.#unknown(shape, { key, line }, path);
    }
    for (const [key, field] of Object.entries(shape.fields)) {
      const value = this.#field(field, { entry: entries.get(key), line: node.line }, [
        ...path,
        key,
      ]);
      if (value !== undefined) result.push([key, value]);
    }
    const present = node.entries.filter(({ value }) => !isNull(value)).map(({ key }) => key);
    this.#together(shape, { present, node, entries }, path);
    return Object.fromEntries(result);
  }

  #unknown(shape: ObjectShape, { key, line }: { key: string; line: number }, path: ManifestPath) {
    const known = Object.keys(shape.fields);
    const [near] = nearest(key, known);
    const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean "${near}"?`;
    this.#report(line, [...path, key], `unknown field: ${hint}`);
  }

  #field(
    field: Field,
    { entry, line }: { readonly entry: Entry | undefined; readonly line: number },
    path: ManifestPath,
  ): unknown {
    if (entry !== undefined && !isNull(entry.value)) {
      return this.check(field.shape, entry.value, path);
    }
    if (field.isRequired) this.#report(entry?.line ?? line, path, "required, and left out");
    return field.initial;
  }

  /** Rules over several keys of an object. */
  #together(
    { isChoice, union, exclusive, fields }: ObjectShape,
    { present, node, entries }: {
      readonly present: readonly string[];
      readonly node: Node;
      readonly entries: ReadonlyMap<string, Entry>;
    },
    path: ManifestPath,
  ): void {
    if (isChoice === true && entries.size !== 1) {
      const names = Object.keys(fields).join(", ");
      this.#report(node.line, path, `must have exactly one of ${names}: it has ${entries.size}`);
    } else if (isChoice === true && present.length !== 1) {
      this.#report(node.line, path, "must not be null");
    }
    if (exclusive !== undefined) {
      const { length } = exclusive.keys.filter((key) => present.includes(key));
      const names = exclusive.keys.join(" and ");
      if (length > 1) this.#report(node.line, path, `${names} exclude each other`);
      if (length === 0 && exclusive.isRequired) {
        this.#report(node.line, path, `needs ${exclusive.keys.join(" or ")}`);
      }
    }
    if (union !== undefined) this.#union(union, { present, node, entries }, path);
  }

  #union(
    { tag, members }: NonNullable<ObjectShape["union"]>,
    { present, node, entries }: {
      readonly present: readonly string[];
      readonly node: Node;
      readonly entries: ReadonlyMap<string, Entry>;
    },
    path: ManifestPath,
  ): void {
    const tagNode = entries.get(tag)?.value;
    const value = tagNode?.kind === "scalar" ? String(tagNode.value) : "";
    // without a good type there is no telling what else belongs there
    if (!Object.hasOwn(members, value)) return;
    const own = members[value];
    if (own !== undefined && !present.includes(own)) {
      this.#report(node.line, [...path, own], `required when ${tag} is ${value}`);
    }
    for (const member of Object.values(members)) {
      if (member === own || !present.includes(member)) continue;
      const line = entries.get(member)?.line ?? node.line;
      this.#report(line, [...path, member], `forbidden when ${tag} is ${value}`);
    }
  }

  #bytes(shape: Shape, node: Node, path: ManifestPath): unknown {
    if (node.kind === "list") {
      const bytes = node.items.map((item) => item.kind === "scalar" ? item.value : undefined);
      const at = bytes.findIndex((byte) => !isByte(byte));
      const wrong = node.items[at];
      if (wrong === undefined) return Uint8Array.from(bytes as number[]).toBase64();
      const why = `must be a whole number from 0 to 255: this is ${shown(wrong)}`;
      return this.#report(wrong.line, [...path, at], why);
    }
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      return this.#refuse(shape, node, path);
    }
    if (!new RegExp(BASE64, "u").test(node.value)) return this.#refuse(shape, node, path);
    return Uint8Array.fromBase64(node.value).toBase64();
  }

  #scalar(shape: Shape, node: Node, path: ManifestPath): unknown {
    const value = node.kind === "scalar" ? node.value : undefined;
    switch (shape.kind) {
      case "boolean":
        return typeof value === "boolean" ? value : this.#refuse(shape, node, path);
      case "integer": {
        const fits = typeof value === "number" && Number.isSafeInteger(value) &&
          value >= shape.min && value <= shape.max;
        return fits ? value : this.#refuse(shape, node, path);
      }
      case "word":
        return typeof value === "string" && shape.words.includes(value)
          ? value
          : this.#word(shape.words, node, path);
      case "text":
        return typeof value === "string"
          ? this.#text(shape, { value, line: node.line }, path)
          : this.#refuse(shape, node, path);
      default:
        throw new TypeError(`Cannot check a ${shape.kind} as a single value`);
    }
  }

  #word(words: readonly string[], node: Node, path: ManifestPath): void {
    const value = node.kind === "scalar" ? String(node.value) : "";
    const [near] = nearest(value, words);
    const hint = near === undefined || words.length === 1 ? "" : `; did you mean "${near}"?`;
    const rule = wanted({ kind: "word", words });
    this.#report(node.line, path, `must be ${rule}: this is ${shown(node)}${hint}`);
  }

  #text(
    { min = 0, max = Infinity, pattern, meaning }: TextShape,
    { value, line }: { readonly value: string; readonly line: number },
    path: ManifestPath,
  ): string {
    const length = [...value].length;
    if (length < min) this.#report(line, path, "must not be empty");
    else if (length > max) {
      this.#report(line, path, `must have ${max} characters at the most: it has ${length}`);
    } else if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
      this.#report(line, path, `must be ${meaning}: this is ${JSON.stringify(value)}`);
    }
    return value;
  }
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}
