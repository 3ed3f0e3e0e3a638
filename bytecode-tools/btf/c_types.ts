/**
 * Types of BTF in the words of C.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind } from "./kinds.ts";

const PREFIXES: Readonly<Record<number, string>> = {
  [BtfKind.STRUCT]: "struct ",
  [BtfKind.UNION]: "union ",
  [BtfKind.ENUM]: "enum ",
  [BtfKind.ENUM64]: "enum ",
};

const QUALIFIERS: Readonly<Record<number, string>> = {
  [BtfKind.CONST]: "const",
  [BtfKind.VOLATILE]: "volatile",
  [BtfKind.RESTRICT]: "restrict",
};

/** Longest nesting that is written out, and most types in one declaration. */
const MAX_DEPTH = 32;
const MAX_PIECES = 1000;

/** How much may still be written: prototypes of prototypes multiply. */
interface Budget {
  pieces: number;
}

function baseName(btf: Btf, id: number): string {
  const kind = btf.kind(id);
  if (id === 0) return "void";
  if (kind === BtfKind.FWD) return `${btf.flag(id) ? "union" : "struct"} ${btf.name(id)}`;
  const name = btf.name(id);
  return `${PREFIXES[kind] ?? ""}${name === "" ? "(anonymous)" : name}`;
}

function parameterList(btf: Btf, id: number, depth: number, budget: Budget): string {
  const list = btf.parameters(id);
  if (list.length === 0) return "void";
  return list.map(({ type, name }, n) => {
    const isLast = n === list.length - 1;
    return type === 0 && isLast && name === ""
      ? "..."
      : declare(btf, type, name, depth + 1, budget);
  }).join(", ");
}

/** What a declaration consists of while it is written from the inside out. */
interface Part {
  readonly id: number;
  /** The name with what surrounds it so far. */
  readonly inner: string;
  readonly depth: number;
}

function declarePointer(btf: Btf, { id, inner, depth }: Part, budget: Budget): string {
  const target = btf.kind(btf.ref(id));
  const needsBrackets = target === BtfKind.ARRAY || target === BtfKind.FUNC_PROTO;
  return declare(btf, btf.ref(id), needsBrackets ? `(*${inner})` : `*${inner}`, depth + 1, budget);
}

function declareQualified(btf: Btf, { id, inner, depth }: Part, budget: Budget): string {
  const word = QUALIFIERS[btf.kind(id)] ?? "";
  if (btf.kind(btf.ref(id)) !== BtfKind.PTR) {
    return `${word} ${declare(btf, btf.ref(id), inner, depth + 1, budget)}`;
  }
  // a qualified pointer has the word behind its star
  return declare(btf, btf.ref(id), inner === "" ? word : `${word} ${inner}`, depth + 1, budget);
}

/** Writes the declaration of `inner` as a value of a type. */
function declare(btf: Btf, id: number, inner: string, depth: number, budget: Budget): string {
  if (depth > MAX_DEPTH || --budget.pieces < 0) return `… ${inner}`;
  switch (btf.kind(id)) {
    case BtfKind.PTR:
      return declarePointer(btf, { id, inner, depth }, budget);
    case BtfKind.ARRAY: {
      const { element, length } = btf.array(id);
      return declare(btf, element, `${inner}[${length}]`, depth + 1, budget);
    }
    case BtfKind.FUNC_PROTO: {
      const list = parameterList(btf, id, depth, budget);
      return declare(btf, btf.ref(id), `${inner}(${list})`, depth + 1, budget);
    }
    case BtfKind.CONST:
    case BtfKind.VOLATILE:
    case BtfKind.RESTRICT:
      return declareQualified(btf, { id, inner, depth }, budget);
    case BtfKind.TYPE_TAG:
      return declare(btf, btf.ref(id), inner, depth + 1, budget);
  }
  const base = baseName(btf, id);
  if (inner === "") return base;
  return inner.startsWith("[") ? `${base}${inner}` : `${base} ${inner}`;
}

/** A declaration in C, such as `char comm[16]`. */
export function declaration(btf: Btf, id: number, name: string): string {
  return declare(btf, id, name, 0, { pieces: MAX_PIECES });
}

/** A type in the words of C, such as `struct task_struct *`. */
export function typeName(btf: Btf, id: number): string {
  return declare(btf, id, "", 0, { pieces: MAX_PIECES });
}
