/**
 * Makes one text of JavaScript of the command-line tool and everything that it imports.
 *
 * The sources are copied, with each import by value made literal (imports.ts), and `deno bundle` joins
 * them. Modules that are imported later become functions in the text, which run when they are asked
 * for. Modules of Node are asked for the same way: each costs milliseconds.
 *
 * @module
 */
import type { Builder } from "../../../cli/build_info.ts";
import { type SourceFile, withKnownImports } from "./imports.ts";
import * as esbuild from "esbuild";
import { asChunk, withLateBuiltins, withoutImports } from "./builtins.ts";
import { checkLater, type Chunk, parseChunk } from "./chunks.ts";
import { EarlyNames } from "./early.ts";
import { mainModule, packText } from "./main_module.ts";
import { packChunks, packTexts, startNumber } from "./packs.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const FOLDERS = ["bytecode-tools", "cli", "core", "ffi"] as const;
const BUILD_INFO = "cli/build_info.ts";
const ENTRY = "cli/main.ts";

/** Modules below a folder, without their tests. */
function modulesBelow(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return modulesBelow(path);
    return /\.(ts|js)$/.test(name) && !name.endsWith("_test.ts") ? [path] : [];
  });
}

/** The sources of the tool. */
export function readSources(): SourceFile[] {
  return FOLDERS.flatMap(modulesBelow).map((path) => ({
    path,
    text: Deno.readTextFileSync(`${ROOT}${path}`),
  }));
}

/** Says who builds. */
export function withBuilder(text: string, builder: Builder): string {
  const changed = text.replace(/(BUILDER = )"source"/, `$1"${builder}"`);
  if (changed === text) {
    throw new TypeError(`Cannot name the builder: "${BUILD_INFO}" has no place`);
  }
  return changed;
}

async function runDeno(args: readonly string[], directory: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: directory,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code === 0) return;
  throw new Error(`Cannot run "deno ${args[0]}": ${new TextDecoder().decode(stderr).trim()}`);
}

function writeTree(directory: string, files: readonly SourceFile[]): void {
  for (const { path, text } of files) {
    Deno.mkdirSync(`${directory}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    Deno.writeTextFileSync(`${directory}/${path}`, text);
  }
  for (const name of ["deno.json", "deno.lock"]) {
    Deno.copyFileSync(`${ROOT}${name}`, `${directory}/${name}`);
  }
}

/** What a bundle is made of. */
export interface BundleOptions {
  readonly builder: Builder;
  /** The sources; a test hands in its own. @default those of this checkout */
  readonly sources?: readonly SourceFile[];
}

/** Writes the sources as they are bundled, runs something in their folder, and removes it. */
async function inTree<T>(
  { builder, sources = readSources() }: BundleOptions,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const known = sources.map((file) => {
    const text = withKnownImports(file, sources);
    return { path: file.path, text: file.path === BUILD_INFO ? withBuilder(text, builder) : text };
  });
  const directory = await Deno.makeTempDir({ prefix: "bpfman-bundle-" });
  try {
    writeTree(directory, withLateBuiltins(known));
    return await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * Bundles the tool into one text.
 *
 * @throws {TypeError} When a module is imported in a way that nobody can follow.
 * @throws {Error} When a module is missing.
 */
export async function bundle(options: BundleOptions): Promise<string> {
  return await inTree(options, async (directory) => {
    const joined = `${directory}/joined.js`;
    await runDeno(["bundle", "-q", "-o", joined, ENTRY], directory);
    await Deno.writeTextFile(joined, withoutImports(await Deno.readTextFile(joined)));
    const small = `${directory}/small.js`;
    await runDeno(["bundle", "-q", "--minify", "-o", small, joined], directory);
    return await Deno.readTextFile(small);
  });
}

/** The text of a bundle's main module, and the packs that it reads when they are wanted. */
export interface SplitBundle {
  readonly main: string;
  readonly packs: readonly string[];
}

/** Makes a function small; as it is used nowhere, it has to be assigned to something. */
async function minify(text: string): Promise<string> {
  const options = { minify: true, legalComments: "none" } as const;
  const { code } = await esbuild.transform(`made=${text}`, options);
  return code.trim().replace(/^made=/, "").replace(/;$/, "").replace(/^\((.*)\)$/s, "$1");
}

function readChunks(folder: string): Map<string, Chunk> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .map((name) => ({ name, text: Deno.readTextFileSync(`${folder}/${name}`) }));
  checkLater(files);
  return new Map(files.map(({ name, text }) => [name, parseChunk({ name, text: asChunk(text) })]));
}

/**
 * Bundles the tool into a small main module and packs of chunks.
 *
 * @param descriptor Descriptor of the first pack; the next ones count down.
 * @throws {TypeError} When a module is imported in a way that nobody can follow.
 * @throws {Error} When a module is missing.
 */
export async function splitBundle(
  options: BundleOptions,
  descriptor: number,
): Promise<SplitBundle> {
  return await inTree(options, async (directory) => {
    const folder = `${directory}/chunks`;
    await runDeno(["bundle", "-q", "--code-splitting", "--outdir", folder, ENTRY], directory);
    const placed = packChunks(readChunks(folder));
    try {
      const packs = await packTexts(placed, { minify, early: await EarlyNames.read() });
      const main = mainModule({ packs, start: startNumber(placed), descriptor });
      return { main, packs: packs.slice(1).map(packText) };
    } finally {
      await esbuild.stop();
    }
  });
}
