import { deepStrictEqual, ok } from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
const AREAS = ["cli/", "core/", "ffi/"] as const;

/** Modules that are named by a value and that no change reads, or the first process alone. */
const READ_BY_OTHERS: readonly RegExp[] = [
  /^cli\/run\/(audit|btf|image|kernel|list|policy|trust)_/,
  /^cli\/run\/(check|completion|convert|diff(_applications)?|disasm|doctor|drift|export|get_\w+|history|inspect)\.ts$/,
  /^cli\/run\/(new|plan|privileges|schema|sign_file|status|types|validate)\.ts$/,
  /^cli\/run\/(verify_bundle|version)\.ts$/,
  /^cli\/run\/(status|(un)?install_unit)\.ts$/,
  // what the doctor looks at, and what answers shells
  /^cli\/(doctor_facts_file|completion\/answer)\.ts$/,
  /^core\/doctor\/gather\/mod\.ts$/,
  /^ffi\/survey\.ts$/,
  /^core\/status\/read\.ts$/,
  /^cli\/(image_object|kernel_store)\.ts$/,
  /^cli\/stages\/(find_binary|loader_modules)\.ts$/,
  /^bytecode-tools\/(inspector\/(inspector|min_btf)|object\/(diff|gate)|verdict\/verdict)\.ts$/,
  /^cli\/output\/(version_text|yaml)\.ts$/,
  /^cli\/(generated\/root_help|terminal|version_number)\.ts$/,
  /^core\/facts\//,
  /^core\/image\/(build\/\w+|copy|inspect|store\/manage)\.ts$/,
  /^core\/status\/read\.ts$/,
  /^core\/signature\/(root\/fetcher|sign\/\w+|verify_reference)\.ts$/,
  // what the process that the user starts reads itself, and what only a compiled file does
  /^cli\/(main|stages\/open_start)\.ts$/,
  /^cli\/missing_kinds\.ts$/,
  // what a static import reads anyway
  /^cli\/commands\/(commands\/)?run_later\.ts$/,
  /^core\/status\/read\.ts$/,
  /^ffi\/mod\.ts$/,
];

/** Modules that only commands without a change read: what they name is nothing to a change. */
const READERS: readonly RegExp[] = [
  /^cli\/(completion\/|doctor_facts_file\.ts|run\/(completion|doctor)\.ts)/,
  /^core\/doctor\//,
  /^ffi\/survey\.ts$/,
];

function isOfReaders(module: string): boolean {
  return READERS.some((pattern) => pattern.test(module));
}

function modulesBelow(area: string): string[] {
  return [...Deno.readDirSync(new URL(area, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? modulesBelow(`${area}${name}/`)
      : name.endsWith(".ts") && !name.endsWith("_test.ts")
      ? [`${area}${name}`]
      : []
  );
}

function resolve(from: string, name: string): string {
  return new URL(name, new URL(from, ROOT)).href.slice(ROOT.href.length);
}

/**
 * Modules that a module names in a text, other than in a static import or a type. Of those that a
 * literal `import("…")` names, Deno keeps no JavaScript before that runs.
 */
function namedByValue(module: string): string[] {
  const source = Deno.readTextFileSync(new URL(module, ROOT));
  // a comment's example and a link are no names
  const code = source.replaceAll(/\/\*\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  return [
    ...code.matchAll(
      /(from |typeof import\(\s*|importLater[^;]{0,90}|runLater[^;]{0,90})?"(\.[^"]+\.ts)"/g,
    ),
  ]
    .filter(([, before = ""]) => !/^(from |typeof )/.test(before))
    .map(([, before = "", name = ""]) =>
      resolve(/Later/.test(before) ? "cli/commands/run_later.ts" : module, name)
    );
}

Deno.test("readLoaderModules() reads every module that a change names by a value", () => {
  const list = Deno.readTextFileSync(new URL("cli/stages/loader_modules.ts", ROOT));
  const listed = [...list.matchAll(/import\("(\.[^"]+)"\)/g)]
    .map(([, name = ""]) => resolve("cli/stages/loader_modules.ts", name));
  const named = new Set(
    AREAS.flatMap(modulesBelow).filter((module) => !isOfReaders(module)).flatMap(namedByValue),
  );
  ok(named.size > 60, `only ${named.size} modules were found`);
  const missing = [...named].filter((module) =>
    !listed.includes(module) && !isOfReaders(module) &&
    !READ_BY_OTHERS.some((pattern) => pattern.test(module))
  );
  deepStrictEqual(missing.sort(), []);
});
