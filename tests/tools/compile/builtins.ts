/**
 * Modules of Node, asked for when something is done with them.
 *
 * A static import of `node:crypto` costs every start 5 to 10 ms, wherever in a bundle it stands. So
 * such imports go to a module of our own, which a bundler runs as late as the module that has them.
 *
 * @module
 */
import { LEFT_IMPORT, type SourceFile } from "./imports.ts";

const FOLDER = "builtins";
const STATIC = /^import (?!type )([^;]+?) from "node:([\w/]+)";/gm;
const LATE = /\bimport\("node:([\w/]+)"\)/g;
/** How `deno bundle` makes `require` for packages that are no modules. */
const REQUIRE =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar (\w+) = \1\(import\.meta\.url\);/m;

const getBuiltin = (name: string) => `globalThis.process.getBuiltinModule(${name})`;

/** Names between the braces of an import; types are left out. */
function namesIn(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  return braces.split(",").map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.split(" as ")[0] ?? name);
}

function shimPath(name: string): string {
  return `${FOLDER}/${name.replaceAll("/", "_")}.js`;
}

function shim(name: string, names: ReadonlySet<string>): SourceFile {
  const lines = [...names].sort().map((one) => `export const ${one} = builtin.${one};\n`);
  const text = `const builtin = ${getBuiltin(JSON.stringify(`node:${name}`))};\n` +
    `export default builtin;\n${lines.join("")}`;
  return { path: shimPath(name), text };
}

/** The sources with imports of Node's modules sent elsewhere, and what they are sent to. */
export function withLateBuiltins(files: readonly SourceFile[]): SourceFile[] {
  const wanted = new Map<string, Set<string>>();
  const changed = files.map(({ path, text }) => {
    const up = "../".repeat(path.split("/").length - 1);
    const later = text.replaceAll(STATIC, (_, clause: string, name: string) => {
      const names = wanted.get(name) ?? new Set();
      wanted.set(name, names);
      for (const one of namesIn(clause)) names.add(one);
      return `import ${clause} from "${up}${shimPath(name)}";`;
    }).replaceAll(LATE, (_, name: string) => `Promise.resolve(${getBuiltin(`"node:${name}"`)})`);
    return { path, text: later };
  });
  return [...changed, ...[...wanted].map(([name, names]) => shim(name, names))];
}

function withRequire(text: string): string {
  return text.replace(
    REQUIRE,
    (_, _create, require: string) => `var ${require} = (name) => ${getBuiltin("name")};`,
  );
}

/** A chunk that neither makes a `require` of its own nor asks where it is. */
export function asChunk(text: string): string {
  return withRequire(text)
    .replace("if (import.meta.main) await ", "")
    .replaceAll("import.meta.url", '"file:///bpfman/cli/main.js"');
}

/**
 * The text of a bundle that imports nothing.
 *
 * @throws {TypeError} When something is imported all the same.
 */
export function withoutImports(text: string): string {
  const alone = withRequire(text);
  const left = (/^import [^;]*;/m.exec(alone) ?? LEFT_IMPORT.exec(alone))?.[0];
  if (left === undefined) return alone;
  throw new TypeError(`Cannot bundle: "${left}" is still imported`);
}
