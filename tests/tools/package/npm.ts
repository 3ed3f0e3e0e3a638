/**
 * Makes the npm tarball: `deno task package:npm` writes `dist/bpfman-cli-VERSION.tgz`.
 *
 * `deno pack` follows literal imports only and leaves the other modules as TypeScript that nothing
 * can import. So the sources are copied, with each import by value made literal, and packed there.
 * Whoever imports the library from npm reads a few more modules for it.
 *
 * The command-line tool is one text (npm_tool.ts): the processes that it starts have no configuration
 * and cannot ask which version of a package a project has.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import config from "../../../deno.json" with { type: "json" };
import { readSources } from "../compile/bundle.ts";
import { type SourceFile, withKnownImports } from "../compile/imports.ts";
import { ROOT } from "../rings.ts";
import { TOOL_ENTRY, toolModules } from "./npm_tool.ts";

const COPIED = ["LICENSE", "NOTICE", "README.md", "deno.json", "deno.lock"] as const;
const ENTRY = "mod.ts";
/** The command, as `npm:@bpfman/cli` and `deno install --global` find it. */
const COMMAND = { bpfman: "cli/main.js" } as const;
/** Whoever starts the file itself needs Deno. */
const SHEBANG = "#!/usr/bin/env -S deno run -A";
const CHOICE = "\n// deno-lint-ignore no-explicit-any\nfunction importKnown(";

/** File name of the tarball, as npm names them. */
const NPM_TARBALL = `${config.name.slice(1).replace("/", "-")}-${config.version}.tgz`;

/**
 * The module with literal imports and all of its comments, which become the documentation of the
 * declarations.
 */
export function withCommentsKept(file: SourceFile, all: readonly SourceFile[]): string {
  const changed = withKnownImports(file, all);
  const at = changed.indexOf(CHOICE);
  if (at === -1) return changed;
  return file.text.replaceAll(/\breturn import\((\w+)\)/g, "return importKnown($1)") +
    changed.slice(at);
}

/** The modules that an export can get to; the others would stay TypeScript that nothing imports. */
export function reachable(files: readonly SourceFile[], entries: readonly string[]): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Map<string, SourceFile>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || found.has(path)) continue;
    found.set(path, file);
    for (const [, specifier = ""] of file.text.matchAll(/"(\.{1,2}\/[^"\s]+\.[jt]s)"/g)) {
      waiting.push(new URL(specifier, `file:///${path}`).pathname.slice(1));
    }
  }
  return [...found.values()];
}

/** Every module of the package, as it is packed. */
async function packedSources(): Promise<SourceFile[]> {
  const sources = [...readSources(), {
    path: ENTRY,
    text: Deno.readTextFileSync(`${ROOT}${ENTRY}`),
  }];
  const known = sources.map((file) => ({
    path: file.path,
    text: file.path === ENTRY ? withCommentsKept(file, sources) : withKnownImports(file, sources),
  }));
  const tool = await toolModules(sources);
  const entries = Object.values(config.exports).map((path) => path.slice(2));
  // the text of the tool has names of modules that are in it, and imports none
  const library = entries.filter((path) => path !== TOOL_ENTRY);
  return [...reachable(known.filter(({ path }) => path !== TOOL_ENTRY), library), ...tool];
}

async function stage(directory: string): Promise<void> {
  for (const { path, text } of await packedSources()) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    Deno.mkdirSync(`${directory}/${folder}`, { recursive: true });
    Deno.writeTextFileSync(`${directory}/${path}`, text);
  }
  for (const name of COPIED) Deno.copyFileSync(`${ROOT}${name}`, `${directory}/${name}`);
}

/** Runs a program of this build. */
async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return;
  const [step] = args;
  throw new Error(`Cannot run "${program} ${step}": ${new TextDecoder().decode(stderr).trim()}`);
}

/**
 * Names the command of the package, which `deno pack` has no word for and `npm:` without a path
 * wants. Equal content gives equal bytes.
 */
async function addCommand(plain: string, out: string, directory: string): Promise<void> {
  const folder = `${directory}/unpacked`;
  await Deno.mkdir(folder);
  await run("tar", ["-xzf", plain, "-C", folder], directory);
  const about = `${folder}/package/package.json`;
  const content = { ...JSON.parse(await Deno.readTextFile(about)), bin: COMMAND };
  await Deno.writeTextFile(about, `${JSON.stringify(content, null, 2)}\n`);
  const entry = `${folder}/package/${COMMAND.bpfman}`;
  await Deno.writeTextFile(entry, `${SHEBANG}\n${await Deno.readTextFile(entry)}`);
  await Deno.chmod(entry, 0o755);
  const tar = `${directory}/named.tar`;
  const owner = ["--owner=0", "--group=0", "--numeric-owner"];
  const same = ["--sort=name", "--mtime=@0", "--mode=u=rwX,go=rX", ...owner];
  await run("tar", ["-cf", tar, ...same, "-C", folder, "package"], directory);
  await Deno.writeFile(out, gzipSync(await Deno.readFile(tar), { level: 9 }));
}

/**
 * Packs the package for npm.
 *
 * @param out Path of the tarball.
 * @throws {Error} When `deno pack` or `tar` fails.
 */
export async function packForNpm(out: string): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "bpfman-npm-" });
  try {
    await stage(directory);
    const plain = `${directory}/plain.tgz`;
    const args = ["pack", "--quiet", "--allow-dirty", "--no-source-maps", "--output", plain];
    await run(Deno.execPath(), args, directory);
    await addCommand(plain, out, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) {
  await Deno.mkdir(`${ROOT}dist`, { recursive: true });
  const out = `${ROOT}dist/${NPM_TARBALL}`;
  await packForNpm(out);
  const { size } = await Deno.stat(out);
  console.log(`dist/${NPM_TARBALL}: ${(size / 1e6).toFixed(2)} MB`);
}
