/**
 * Chunks that `deno bundle --code-splitting` writes, as functions: each says which others it needs, and
 * gives what it exports. So a text that is evaluated when it is asked for takes the place of a module.
 *
 * @module
 */
import { type EarlyNames, withEarlyFunctions } from "./early.ts";

import { LEFT_IMPORT } from "./imports.ts";

/** A chunk as the bundler writes it. */
export interface ChunkFile {
  /** Name of the file, such as `chunk-7LHXMLRY.js`. */
  readonly name: string;
  readonly text: string;
}

/** What a chunk imports and exports, and the lines between. */
export interface Chunk {
  readonly name: string;
  readonly imports: readonly { readonly from: string; readonly names: string }[];
  readonly body: string;
  /** Names in the form of an object. */
  readonly exports: string;
  /** Chunks that are imported later. */
  readonly later: readonly string[];
}

const IMPORT = /(?:\/\/[^\n]*\n|\s)*import (?:\{([^}]*)\} from )?"\.\/([\w.-]+\.js)";\n/y;
/** What is exported, and the licences behind it. */
const EXPORT = /\nexport \{([^}]*)\};\s*(?:\/\*(?:(?!\*\/)[\s\S])*\*\/\s*)*$/;
const LATER = /\bimport\("\.\/([\w.-]+\.js)"\)/g;
/** The form that packages have which are no modules. */
const DEFAULT = /\nexport default ([^;\n]*);\s*$/;
/** What no function may have; the minifier refuses all other imports and exports. */
const FOREIGN = new RegExp(String.raw`\bimport\.meta\b|${LEFT_IMPORT.source}`);

/** Names that no chunk has; the minifier makes them short. */
const [NEED, LATER_CALL] = ["$$bpfmanNeed", "$$bpfmanLater"];

function pairs(clause: string, turn: (from: string, to: string) => string): string {
  const names = clause.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return names.map((name) => {
    const [from = "", to = from] = name.split(" as ");
    return turn(from, to);
  }).join(", ");
}

const taken = (from: string, to: string) => from === to ? from : `${from}: ${to}`;
const given = (from: string, to: string) => from === to ? from : `${to}: ${from}`;

/**
 * Takes a chunk apart.
 *
 * @throws {TypeError} When it imports something that is no chunk.
 */
export function parseChunk({ name, text }: ChunkFile): Chunk {
  const imports: { from: string; names: string }[] = [];
  let at = 0;
  for (;;) {
    IMPORT.lastIndex = at;
    const found = IMPORT.exec(text);
    if (found === null) break;
    at = IMPORT.lastIndex;
    imports.push({ from: found[2] ?? "", names: pairs(found[1] ?? "", taken) });
  }
  const rest = `\n${text.slice(at)}`.replace(DEFAULT, "\nexport { $1 as default };");
  const exported = EXPORT.exec(rest);
  const body = exported === null ? rest : rest.slice(0, exported.index);
  const later = [...body.matchAll(LATER)].map(([, one = ""]) => one);
  const left = FOREIGN.exec(body.replaceAll(LATER, "later"))?.[0];
  if (body.includes(NEED) || body.includes(LATER_CALL)) {
    throw new TypeError(`Cannot bundle: a name of "${name}" is taken`);
  }
  if (left !== undefined) throw new TypeError(`Cannot bundle: "${left}" is left in a chunk`);
  return { name, imports, body, exports: pairs(exported?.[1] ?? "", given), later };
}

/** What a function of a chunk is made with. */
export interface FactoryOptions {
  /** Number of each chunk. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly early: EarlyNames;
}

/** A chunk as a function of two: one gives chunks at once, the other later. */
export function factoryText(chunk: Chunk, { numbers, early }: FactoryOptions): string {
  const numberOf = (name: string): number => {
    const found = numbers.get(name);
    if (found === undefined) throw new TypeError(`Cannot bundle: there is no chunk "${name}"`);
    return found;
  };
  const taken = chunk.imports.map(({ from, names }) =>
    names === ""
      ? `${NEED}(${numberOf(from)});`
      : `const { ${names} } = ${NEED}(${numberOf(from)});`
  );
  const body = withEarlyFunctions(chunk.body, early).replaceAll(
    LATER,
    (_, name: string) => `${LATER_CALL}(${numberOf(name)})`,
  );
  return `(function (${NEED}, ${LATER_CALL}) {\n"use strict";\n${taken.join("\n")}\n${body}\n` +
    `return { ${chunk.exports} };\n})`;
}

/** A chunk and all that it cannot do without. */
export function closureOf(
  names: readonly string[],
  chunks: ReadonlyMap<string, Chunk>,
): Set<string> {
  const found = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) throw new TypeError(`Cannot bundle: "${name}" imports itself`);
    if (found.has(name)) return;
    for (const { from } of chunks.get(name)?.imports ?? []) visit(from, [...way, name]);
    found.add(name);
  };
  for (const name of names) visit(name, []);
  return found;
}

/** A chunk of a package that has no ES modules: it exports what it would give to `require()`. */
const REQUIRED = /\nexport default require_\w+\(\);\s*$/;

/**
 * Makes sure that nothing imports a package without ES modules later: the bundler gives such an import
 * no names, and whoever takes one gets undefined.
 *
 * @throws {TypeError} When something does.
 */
export function checkLater(files: readonly ChunkFile[]): void {
  const required = files.filter(({ text }) => REQUIRED.test(text)).map(({ name }) => name);
  for (const { name, text } of files) {
    const found = [...text.matchAll(LATER)].find(([, one = ""]) => required.includes(one))?.[1];
    if (found !== undefined) {
      throw new TypeError(`Cannot bundle: "${name}" imports "${found}" later, which has no names`);
    }
  }
}
