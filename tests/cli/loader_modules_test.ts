/**
 * What a front or a loader imports must have been read before: neither may write where Deno keeps the
 * JavaScript of modules, and each module that is missing there costs 150 ms of Deno's attempts.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
const LIST = new URL("cli/stages/loader_modules.ts", ROOT).href;
/** A module that is named by a value: by its type, or by itself. */
const NAMED = /typeof import\(\s*"(\.[^"]+)",?\s*\)|\bimport\(\s*"(\.[^"]+)",?\s*\)/g;

/** Modules of commands without a front and a loader, and of the process that the user starts. */
const ELSEWHERE = [
  "bytecode-tools/inspector/inspector.ts",
  "bytecode-tools/inspector/min_btf.ts",
  "bytecode-tools/object/diff.ts",
  "bytecode-tools/verdict/verdict.ts",
  "bytecode-tools/wasm/inspect_wasm.js",
  "cli/generated/root_help.ts",
  "cli/image_object.ts",
  "cli/kernel_store.ts",
  "cli/output/dispatcher_json.ts",
  "cli/output/version_text.ts",
  "cli/output/yaml.ts",
  "cli/stages/find_binary.ts",
  "cli/stages/open_start.ts",
  "cli/version_number.ts",
  "core/facts/add.ts",
  "core/image/build/attest.ts",
  "core/image/build/build.ts",
  "core/image/build/project.ts",
  "core/image/copy.ts",
  "core/image/inspect.ts",
  "core/image/store/manage.ts",
  "core/list_foreign.ts",
  "core/list_links.ts",
  "core/list_programs.ts",
  "core/signature/root/fetcher.ts",
  "core/signature/sign/sign_reference.ts",
  "core/signature/verify_reference.ts",
];

/** One module, as far as it is looked at. */
interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }[];
}

async function moduleGraph(): Promise<Map<string, InfoModule>> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", LIST] });
  const { stdout } = await command.output();
  const { modules }: { modules: InfoModule[] } = JSON.parse(new TextDecoder().decode(stdout));
  return new Map(modules.map((module) => [module.specifier, module]));
}

/** What runs when every module of the list is imported. */
async function modulesThatAreRead(): Promise<Set<string>> {
  const graph = await moduleGraph();
  const [read, left] = [new Set<string>(), [LIST]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (read.has(next)) continue;
    read.add(next);
    for (const { isDynamic, code } of graph.get(next)?.dependencies ?? []) {
      const isRun = next === LIST || isDynamic !== true;
      if (isRun && code?.specifier !== undefined) left.push(code.specifier);
    }
  }
  return read;
}

function* sourcesBelow(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sourcesBelow(new URL(`${name}/`, folder));
    else if (/(?<!_test)\.ts$/.test(name)) yield new URL(name, folder);
  }
}

/** Modules that some module imports when it needs them. */
function modulesImportedLater(): Set<string> {
  const folders = ["bytecode-tools/", "cli/", "core/", "ffi/"].map((name) => new URL(name, ROOT));
  const files = folders.flatMap((folder) => [...sourcesBelow(folder)]);
  return new Set(files.flatMap((file) =>
    [...Deno.readTextFileSync(file).matchAll(NAMED)]
      .map(([_, type, value]) => new URL(type ?? value ?? "", file).href)
  ));
}

Deno.test("every module that a front or a loader imports later is read before them", async () => {
  const read = await modulesThatAreRead();
  const later = modulesImportedLater();
  ok(later.has(new URL("core/program/requested.ts", ROOT).href));
  const missing = [...later].filter((url) => !read.has(url)).map((url) =>
    url.slice(ROOT.href.length)
  );
  deepStrictEqual(missing.sort(), ELSEWHERE);
});
