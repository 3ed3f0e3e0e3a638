/**
 * Imports by value, made literal.
 *
 * The sources import most modules by value, so that Deno does not read them before the first line
 * runs (see importUnseen in cli/main.ts). A bundler cannot follow a value. Here each becomes a choice
 * among the paths that the file names, and whatever is no plain name ends the build.
 *
 * @module
 */

/** A module of the tree that is bundled. */
export interface SourceFile {
  /** Path from the root, such as `cli/main.ts`. */
  readonly path: string;
  readonly text: string;
}

/** What follows the bracket of an import of a file as it is: no module, so nothing to bundle. */
const BYTES = String.raw`\w+,\s*\{\s*with:\s*\{\s*type: "bytes",?\s*\},?\s*\}\s*\)`;
/** `import(path)`, but neither `import("…")`, nor a type, nor data. */
const VALUE_IMPORT = new RegExp(
  String.raw`(?<!typeof )(?<![\w.$])import\(\s*(?!["\s]|${BYTES})([^)]*)\)`,
  "g",
);
/** An import that is left when all modules are together. */
export const LEFT_IMPORT = new RegExp(String.raw`\bimport\((?!${BYTES})[^)]*\)`);
/** Paths of modules in quotes that are not already part of an import. */
const PATH = /(?<!from )(?<!\bimport )(?<!import\()"(\.\.?\/[\w./-]+\.(?:ts|js))"/g;
/** The function that passes its path on to `import()`. */
const IMPORTER = /function (\w+)(?:<\w+>)?\((\w+): string\)[^{]*\{\s*return import\(\2\);\s*\}/g;
const NAME = /^[A-Za-z_]\w*$/;
/** The importers that other files use as well, with paths from this file. */
const SHARED = { path: "cli/commands/run_later.ts", names: ["importLater", "runLater"] } as const;

/** The text without what is said about it; as many lines as before. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, " ");
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, blank).replaceAll(/(?<=^|\s)\/\/.*$/gm, blank);
}

function failure({ path }: SourceFile, found: string): TypeError {
  return new TypeError(
    `Cannot bundle "${path}": "${found}" is no path in quotes and no variable with one, ` +
      "so nobody can tell which module it means",
  );
}

/** What calls of a function have between its brackets first. */
function firstArguments(text: string, name: string): string[] {
  const call = new RegExp(
    `(?<!function )\\b${name}(?:<[^()]*?(?:\\([^()]*\\)[^()]*?)*?>)?\\(`,
    "g",
  );
  return [...text.matchAll(call)].map(({ index, 0: { length } }) =>
    /^\s*("[^"]*"|`[^`]*`?|[^,)]*)/.exec(text.slice(index + length))?.[1]?.trim() ?? ""
  );
}

/** Makes sure that each argument is a path in quotes or the name of a variable. */
function checkArguments(file: SourceFile, text: string, names: readonly string[]): void {
  for (const found of names.flatMap((name) => firstArguments(text, name))) {
    if (!found.startsWith('"') && !NAME.test(found)) throw failure(file, found);
  }
}

/** What a file hands to the shared importers, as it stands in the text. */
function sharedWords(text: string): string[] {
  return SHARED.names.flatMap((name) => firstArguments(text, name));
}

/** Paths in quotes of a file; those from elsewhere are left out. */
function pathsIn(text: string): string[] {
  const elsewhere = sharedWords(text);
  const found = [...text.matchAll(PATH)].map(([, path = ""]) => path);
  return [...new Set(found)].filter((path) => !elsewhere.includes(`"${path}"`));
}

/** Paths that files hand to the shared importers. */
function sharedPaths(files: readonly SourceFile[]): string[] {
  const found = files.flatMap((file) => {
    const text = withoutComments(file.text);
    if (file.path === SHARED.path) return [];
    const words = sharedWords(text);
    const unknown = words.find((word) => !word.startsWith('"'));
    if (unknown !== undefined) throw failure(file, unknown);
    return words.map((word) => word.slice(1, -1));
  });
  return [...new Set(found)];
}

function choice(paths: readonly string[]): string {
  const cases = paths.map((path) => {
    const name = JSON.stringify(path);
    return `    case ${name}:\n      return import(${name});\n`;
  });
  return "\n// deno-lint-ignore no-explicit-any\nfunction importKnown(path: string): Promise<any> {\n" +
    `  switch (path) {\n${cases.join("")}    default:\n      throw new TypeError(path);\n  }\n}\n`;
}

/**
 * Replaces each import by value by a choice among literal ones.
 *
 * @param file The module.
 * @param all Every module of the tree, some of which hand paths to this one.
 * @throws {TypeError} When nobody can tell which modules are meant.
 */
export function withKnownImports(file: SourceFile, all: readonly SourceFile[]): string {
  const text = withoutComments(file.text);
  const sites = [...text.matchAll(VALUE_IMPORT)];
  if (sites.length === 0) return file.text;
  const isShared = file.path === SHARED.path;
  const importers = [...text.matchAll(IMPORTER)].map(([, name = ""]) => name);
  checkArguments(file, text, isShared ? [] : importers);
  for (const [, value = ""] of sites) if (!NAME.test(value.trim())) throw failure(file, value);
  const paths = isShared ? sharedPaths(all) : pathsIn(text);
  if (paths.length === 0) throw failure(file, sites[0]?.[1] ?? "");
  return text.replaceAll(VALUE_IMPORT, "importKnown($1)") + choice(paths);
}
