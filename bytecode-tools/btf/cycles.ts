/**
 * Types must end: none may hold itself by value, and no chain of names, pointers and prototypes
 * may lead back to itself without passing a struct. Readers that follow such a chain never stop.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind, isReference } from "./kinds.ts";
import { refuse } from "../errors.ts";

/** The `index`-th type that a type refers to; undefined past the last. */
type EdgeAt = (btf: Btf, id: number, index: number) => number | undefined;

function compositeEdge(btf: Btf, id: number, index: number): number | undefined {
  return index < btf.vlen(id) ? btf.word(id, 4 + index * 3) : undefined;
}

/** What a value of a type consists of. */
const byValue: EdgeAt = (btf, id, index) => {
  const kind = btf.kind(id);
  if (kind === BtfKind.STRUCT || kind === BtfKind.UNION) return compositeEdge(btf, id, index);
  if (index > 0) return undefined;
  if (kind === BtfKind.ARRAY) return btf.word(id, 3);
  const isChain = isReference(kind) && kind !== BtfKind.PTR && kind !== BtfKind.FUNC_PROTO;
  return isChain ? btf.word(id, 2) : undefined;
};

/** What the declaration of a type spells out: everything but members of structs. */
const byName: EdgeAt = (btf, id, index) => {
  const kind = btf.kind(id);
  if (kind === BtfKind.ARRAY) return index < 2 ? btf.word(id, 3 + index) : undefined;
  if (index === 0) return isReference(kind) ? btf.word(id, 2) : undefined;
  if (kind !== BtfKind.FUNC_PROTO || index > btf.vlen(id)) return undefined;
  return btf.word(id, 4 + (index - 1) * 2);
};

/** Longest chain of types that is followed: readers recurse along it. */
const MAX_DEPTH = 512;
const WHITE = 0;
const GREY = 1;
const BLACK = 2;

/** Depth-first walk without recursion, as hostile chains are long. */
class Walk {
  readonly #btf: Btf;
  readonly #edge: EdgeAt;
  readonly #rule: string;
  readonly #colours: Uint8Array;

  constructor(btf: Btf, edge: EdgeAt, rule: string) {
    this.#btf = btf;
    this.#edge = edge;
    this.#rule = rule;
    this.#colours = new Uint8Array(btf.end - btf.firstId);
  }

  all(): void {
    const first = this.#btf.firstId;
    for (let n = 0; n < this.#colours.length; n++) {
      if (this.#colours[n] === WHITE) this.#from(first + n);
    }
  }

  /** Types of the base have been checked with the base. */
  #colour(id: number): number {
    return id < this.#btf.firstId ? BLACK : this.#colours[id - this.#btf.firstId] ?? BLACK;
  }

  #paint(id: number, colour: number): void {
    this.#colours[id - this.#btf.firstId] = colour;
  }

  #from(root: number): void {
    const path = [root];
    const edges = [0];
    this.#paint(root, GREY);
    while (path.length > 0) {
      const id = path[path.length - 1] ?? 0;
      const index = edges[edges.length - 1] ?? 0;
      const target = this.#edge(this.#btf, id, index);
      if (target === undefined) {
        this.#paint(id, BLACK);
        path.pop();
        edges.pop();
        continue;
      }
      edges[edges.length - 1] = index + 1;
      const colour = this.#colour(target);
      if (colour === GREY) this.#refuse(id, `Type ${target} leads back to itself`);
      if (colour === BLACK) continue;
      if (path.length >= MAX_DEPTH) {
        this.#refuse(id, `Type ${root} is nested more than ${MAX_DEPTH} deep`);
      }
      this.#paint(target, GREY);
      path.push(target);
      edges.push(0);
    }
  }

  #refuse(id: number, message: string): never {
    refuse(this.#rule, message, { offset: this.#btf.offsetOf(id), section: ".BTF" });
  }
}

/**
 * Checks that types end.
 *
 * @throws {BytecodeError} At the first cycle.
 */
export function checkCycles(btf: Btf): void {
  new Walk(btf, byValue, "btf-cycle").all();
  new Walk(btf, byName, "btf-cycle").all();
}
