/**
 * Parses paths: `.a.b`, `['a b']`, `[0]`, `[-1]`, `[1:3]`, `[*]`, `..a`, `[?(@.a=="b")]`.
 *
 * @module
 */
import type { Reader } from "./reader.ts";
import type { Comparison, Condition, Literal, Operand, Path, Step } from "./types.ts";

/** A name; a backslash takes the letter behind it as it is. */
const NAME = /(?:\\.|[^\s.[\](){}'"\\*?@$,:=!<>&|])+/y;
const INTEGER = /-?\d+/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const COMPARISON = /==|!=|<=|>=|<|>/y;
const WORD = /(?:true|false|null)\b/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Reads a text in quotes of either kind; undefined when there is none. */
export function parseQuoted(reader: Reader): string | undefined {
  const quote = ["'", '"'].find((one) => reader.sees(one));
  if (quote === undefined) return undefined;
  const start = reader.at;
  const found = reader.match(quote === "'" ? /'((?:\\.|[^'\\])*)'/ys : /"((?:\\.|[^"\\])*)"/ys);
  if (found === null) {
    reader.at = start;
    throw reader.wrong("the quote has no end");
  }
  return (found[1] ?? "").replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function parseName(reader: Reader): Step {
  if (reader.takes("*")) return { kind: "all" };
  const found = reader.match(NAME);
  if (found === null) throw reader.wrong("a name is missing");
  return { kind: "names", names: [found[0].replace(/\\(.)/g, "$1")] };
}

function integer(reader: Reader): number | undefined {
  const found = reader.match(INTEGER);
  return found === null ? undefined : Number(found[0]);
}

/** Reads what is left of a list, after its first element. */
function rest<T>(reader: Reader, first: T, read: () => T | undefined): T[] {
  const all = [first];
  for (reader.space(); reader.takes(","); reader.space()) {
    reader.space();
    const next = read();
    if (next === undefined) throw reader.wrong("an element of the same kind is missing");
    all.push(next);
  }
  return all;
}

function parseSlice(reader: Reader, from: number | undefined): Step {
  const to = integer(reader);
  const start = reader.at;
  const by = reader.takes(":") ? integer(reader) ?? 1 : 1;
  if (by < 1) {
    reader.at = start;
    throw reader.wrong("a slice goes forward, by 1 or more");
  }
  return {
    kind: "slice",
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    by,
  };
}

function parseSelector(reader: Reader): Step {
  if (reader.takes("*")) return { kind: "all" };
  if (reader.takes("?(")) {
    const conditions = parseConditions(reader);
    reader.must(")");
    return { kind: "filter", conditions };
  }
  const quoted = parseQuoted(reader);
  if (quoted !== undefined) {
    return { kind: "names", names: rest(reader, quoted, () => parseQuoted(reader)) };
  }
  const first = integer(reader);
  if (reader.takes(":")) return parseSlice(reader, first);
  if (first === undefined) throw reader.wrong("an index, a quoted name, * or ?( is missing");
  return { kind: "indices", indices: rest(reader, first, () => integer(reader)) };
}

function parseBracket(reader: Reader): Step {
  reader.space();
  const step = parseSelector(reader);
  reader.space();
  reader.must("]");
  return step;
}

/** Reads the steps of a path, as far as they go. */
function parseSteps(reader: Reader): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (reader.takes("..")) {
      steps.push({ kind: "descend" });
      steps.push(reader.takes("[") ? parseBracket(reader) : parseName(reader));
    } else if (reader.takes(".")) {
      // "." alone is the element itself; ".[0]" is "[0]".
      if (!reader.isAtEnd && !/[\s)}[]/.test(reader.peek())) steps.push(parseName(reader));
    } else if (reader.takes("[")) {
      steps.push(parseBracket(reader));
    } else {
      return steps;
    }
  }
}

/**
 * Reads a path.
 *
 * @param reader The template.
 * @returns Undefined when none begins here.
 */
export function parsePath(reader: Reader): Path | undefined {
  const from = reader.takes("$") ? "document" : "current";
  const isMarked = from === "document" || reader.takes("@");
  if (!isMarked && !reader.sees(".") && !reader.sees("[")) return undefined;
  return { from, steps: parseSteps(reader) };
}

function parseLiteral(reader: Reader): Literal | undefined {
  const quoted = parseQuoted(reader);
  if (quoted !== undefined) return quoted;
  const word = reader.match(WORD)?.[0];
  if (word !== undefined) return word === "null" ? null : word === "true";
  const number = reader.match(NUMBER);
  return number === null ? undefined : Number(number[0]);
}

function parseOperand(reader: Reader): Operand {
  reader.space();
  const path = parsePath(reader);
  if (path !== undefined) return { kind: "path", path };
  const value = parseLiteral(reader);
  if (value === undefined) throw reader.wrong("a path such as @.name, or a value, is missing");
  return { kind: "literal", value };
}

function parseCondition(reader: Reader): Condition {
  const left = parseOperand(reader);
  reader.space();
  const comparison = reader.match(COMPARISON)?.[0] as Comparison | undefined;
  if (comparison !== undefined) {
    return { kind: "compare", left, comparison, right: parseOperand(reader) };
  }
  if (left.kind === "path") return { kind: "exists", path: left.path };
  throw reader.wrong("a comparison is missing");
}

/** Reads conditions between `||`, each a list between `&&`. */
function parseConditions(reader: Reader): Condition[][] {
  const either: Condition[][] = [];
  do {
    const all: Condition[] = [];
    do {
      all.push(parseCondition(reader));
      reader.space();
    } while (reader.takes("&&"));
    either.push(all);
  } while (reader.takes("||"));
  return either;
}
