/**
 * Text to documents: YAML or JSON as plain nodes that know their lines. Files may be hostile, so
 * size, depth and what aliases unfold to are bounded.
 *
 * @module
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type YAMLMap,
} from "npm:yaml@2.8.1";
import type { ManifestProblem } from "./problems.ts";
import type { ManifestFile, ManifestPath } from "./types.ts";

/** Most bytes of a file. */
export const MAX_BYTES = 1024 * 1024;
/** Most levels of lists and objects within each other; manifests have 12. */
const MAX_DEPTH = 64;
/** Most values of a file, each use of an alias counted anew. */
const MAX_NODES = 1_100_000;

/** A key of an object, with its value. Both have the line of the key. */
export interface Entry {
  readonly key: string;
  readonly line: number;
  readonly value: Node;
}

/** A value with its line. */
export type Node =
  | { readonly kind: "object"; readonly line: number; readonly entries: readonly Entry[] }
  | { readonly kind: "list"; readonly line: number; readonly items: readonly Node[] }
  | {
    readonly kind: "scalar";
    readonly line: number;
    readonly value: string | number | boolean | null;
  };

/** What a file holds, and what keeps it from being read. */
export interface ReadDocuments {
  readonly documents: readonly Node[];
  readonly problems: readonly ManifestProblem[];
}

/** Ends the reading of a file. */
class Unreadable extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Makes nodes of the YAML reader's nodes. */
class NodeMaker {
  readonly #lines: LineCounter;
  readonly #budget: { nodes: number };
  readonly #anchors = new Map<string, unknown>();
  #aliasDepth = 0;
  #line = 1;

  constructor(lines: LineCounter, budget: { nodes: number }) {
    this.#lines = lines;
    this.#budget = budget;
  }

  make(node: unknown, depth: number): Node {
    if (depth > MAX_DEPTH) throw new Unreadable(this.#line, `more than ${MAX_DEPTH} levels`);
    if (--this.#budget.nodes < 0) throw new Unreadable(this.#line, "too many values");
    const line = this.#lineOf(node);
    if (isAlias(node)) return this.#aliased(node.source, depth);
    this.#remember(node);
    if (isMap(node)) return { kind: "object", line, entries: this.#entries(node, depth) };
    if (isSeq(node)) {
      return { kind: "list", line, items: node.items.map((item) => this.make(item, depth + 1)) };
    }
    return { kind: "scalar", line, value: this.#scalar(node, line) };
  }

  /** An alias means the anchor of its name that was there last before it. */
  #remember(node: unknown): void {
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined && this.#aliasDepth === 0) this.#anchors.set(anchor, node);
  }

  #aliased(anchor: string, depth: number): Node {
    const target = this.#anchors.get(anchor);
    if (target === undefined) throw new Unreadable(this.#line, `there is no anchor "${anchor}"`);
    this.#aliasDepth++;
    const node = this.make(target, depth + 1);
    this.#aliasDepth--;
    return node;
  }

  #lineOf(node: unknown): number {
    const range = (node as { range?: readonly number[] } | null)?.range;
    if (range?.[0] !== undefined) this.#line = Math.max(1, this.#lines.linePos(range[0]).line);
    return this.#line;
  }

  #entries(map: YAMLMap, depth: number): Entry[] {
    const seen = new Set<string>();
    return map.items.map(({ key, value }) => {
      const line = this.#lineOf(key);
      const name = isScalar(key) ? key.value : undefined;
      if (typeof name !== "string" && typeof name !== "number") {
        throw new Unreadable(line, "a key is no text");
      }
      const text = String(name);
      if (seen.has(text)) throw new Unreadable(line, `the key "${text}" is there twice`);
      seen.add(text);
      // the key tells more than a value that may begin lines below
      return { key: text, line, value: { ...this.make(value, depth + 1), line } };
    });
  }

  /** Clusters read YAML 1.1, where a zero before a number means that it is octal. */
  #number(value: number, node: unknown, line: number): number {
    const source = isScalar(node) ? node.source : undefined;
    if (source === undefined || !/^[-+]?0\d/.test(source)) return value;
    throw new Unreadable(line, `"${source}" is another number to other readers: leave the 0 out`);
  }

  #scalar(node: unknown, line: number): string | number | boolean | null {
    if (node === null) return null;
    const value = isScalar(node) ? node.value : undefined;
    if (value === null) return null;
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return this.#number(value, node, line);
    throw new Unreadable(line, "a value is neither text, number, true, false nor null");
  }
}

/** Every document of a text, as the YAML reader sees it. */
function parse(text: string, lines: LineCounter): Document[] {
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      logLevel: "silent",
      // both take time that grows with the square of the size
      prettyErrors: false,
      uniqueKeys: false,
    });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    // the YAML reader calls itself for each level
    if (error instanceof RangeError) throw new Unreadable(1, `more than ${MAX_DEPTH} levels`);
    throw error;
  }
}

function documentsOf(text: string): Node[] {
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES) {
    throw new Unreadable(1, "the file has more than 1 MiB");
  }
  const lines = new LineCounter();
  const budget = { nodes: MAX_NODES };
  return parse(text, lines).flatMap((document) => {
    const trouble = document.errors[0] ?? document.warnings[0];
    if (trouble !== undefined) {
      throw new Unreadable(lines.linePos(trouble.pos[0]).line, trouble.message);
    }
    const node = new NodeMaker(lines, budget).make(document.contents, 0);
    const isEmpty = node.kind === "scalar" && node.value === null;
    return isEmpty ? [] : [node];
  });
}

/**
 * Reads the documents of a text; empty ones are left out.
 *
 * @param file YAML or JSON.
 */
export function readDocuments(file: ManifestFile): ReadDocuments {
  try {
    return { documents: documentsOf(file.text), problems: [] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { line, message } = error;
    return { documents: [], problems: [{ file: file.path, line, path: "", message }] };
  }
}

/** The value of a key of an object. */
export function entryOf(node: Node, key: string): Entry | undefined {
  return node.kind === "object" ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The text behind a key of an object. */
export function textOf(node: Node, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

/** The line of a value, or of the nearest one around it. */
export function lineAt(node: Node, path: ManifestPath): number {
  let { line } = node;
  let current: Node | undefined = node;
  for (const step of path) {
    const items: readonly Node[] = current.kind === "list" ? current.items : [];
    current = items[Number(step)] ?? entryOf(current, String(step))?.value;
    if (current === undefined) return line;
    line = current.line;
  }
  return line;
}

/** A node as plain data. */
export function plainOf(node: Node): unknown {
  switch (node.kind) {
    case "object":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
    case "list":
      return node.items.map(plainOf);
    case "scalar":
      return node.value;
  }
}

/** Plain data as a node, all of it on one line. */
export function nodeOf(value: unknown, line: number): Node {
  if (Array.isArray(value)) {
    return { kind: "list", line, items: value.map((item) => nodeOf(item, line)) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .map(([key, inner]) => ({ key, line, value: nodeOf(inner, line) }));
    return { kind: "object", line, entries };
  }
  const isScalar = typeof value === "string" || typeof value === "number" ||
    typeof value === "boolean";
  return { kind: "scalar", line, value: isScalar ? value : null };
}
