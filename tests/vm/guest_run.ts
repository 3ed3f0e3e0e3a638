/**
 * Runs test files of this checkout inside a virtual machine, with the Deno that runs the harness.
 *
 * @module
 */
import { bootVm, type BootVmOptions, type BootVmResult } from "./boot.ts";
import { runProgram } from "./process.ts";

/** Options of {@linkcode runTestsInVm}. */
export interface RunTestsInVmOptions extends Omit<BootVmOptions, "command"> {
  /** Test files or directories, relative to the working directory. */
  readonly files: readonly string[];
  /** Further arguments of `deno test`, such as `--filter X`. @default [] */
  readonly testArguments?: readonly string[] | undefined;
  /** Loads all files into one process, which saves seconds for each. @default false */
  readonly isTogether?: boolean;
}

/** Loads the files that are given to it as its arguments. */
const TOGETHER = new URL("together.ts", import.meta.url).pathname;

/**
 * Deno's caches are databases that grow for as long as a machine lives. The guest would copy each of
 * them whole, into memory, as soon as it writes to it; without them Deno begins new ones.
 */
const FORGET_LARGE_CACHES = `
find "\${DENO_DIR:-$HOME/.cache/deno}" -maxdepth 1 -name '*_cache_v[0-9]' -size +64M |
  while read -r file; do rm -f "$file" "$file-wal" "$file-shm"; done
exec "$@"`;

/** Entry points that tests start as programs of their own, when they exist. */
const ENTRY_POINTS = ["mod.ts", "cli/main.ts"];

/**
 * Runs `deno test -A` on some files inside a virtual machine.
 *
 * The modules are fetched and transpiled outside first, because the guest has no network and is
 * slow; the guest then finds them in the same cache directory. Types are not checked inside: that
 * takes many times longer there, and `deno check` outside gives the same answer.
 */
export async function runTestsInVm(options: RunTestsInVmOptions): Promise<BootVmResult> {
  const cwd = options.cwd ?? Deno.cwd();
  const files = await testFiles(options.files, cwd);
  const { isTogether = false, testArguments = [], log = (line) => console.error(line) } = options;
  await warmCache(isTogether ? [TOGETHER, ...files] : files, cwd, log);
  const command = [
    ...["/bin/sh", "-c", FORGET_LARGE_CACHES, "sh"],
    ...[Deno.execPath(), "test", "-A", "--no-check", "--cached-only"],
    ...isTogether ? [TOGETHER, ...testArguments, "--", ...files] : [...files, ...testArguments],
  ];
  return await bootVm({ ...options, cwd, command, env: { ...denoEnvironment(), ...options.env } });
}

/** Returns the variables that a Deno inside needs to work like the one outside. */
export function denoEnvironment(): Record<string, string> {
  const variables: Record<string, string> = { DENO_NO_UPDATE_CHECK: "1" };
  for (const name of ["DENO_DIR", "NO_COLOR"]) {
    const text = Deno.env.get(name);
    if (text !== undefined) variables[name] = text;
  }
  return variables;
}

/** Fetches and transpiles the modules behind test files into the cache of this machine's Deno. */
async function warmCache(
  files: readonly string[],
  cwd: string,
  log: (line: string) => void,
): Promise<void> {
  await runProgram(Deno.execPath(), ["cache", "--quiet", ...files], { cwd });
  for (const name of ENTRY_POINTS) {
    if (await kindOf(`${cwd}/${name}`) !== "file") continue;
    try {
      await runProgram(Deno.execPath(), ["cache", "--quiet", name], { cwd });
    } catch (error) {
      // The tests that use it will fail and tell; the others need not.
      log(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Replaces directories by the test files below them. */
export async function testFiles(paths: readonly string[], cwd: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const kind = await kindOf(path.startsWith("/") ? path : `${cwd}/${path}`);
    if (kind === undefined) throw new Error(`Cannot run the tests in "${path}": no such file`);
    if (kind === "file") files.push(path);
    else files.push(...await testFilesBelow(path, cwd));
  }
  if (files.length === 0) throw new Error(`Cannot find a test file in "${paths.join(" ")}"`);
  return files;
}

async function testFilesBelow(directory: string, cwd: string): Promise<string[]> {
  const files: string[] = [];
  const base = directory.startsWith("/") ? directory : `${cwd}/${directory}`;
  for await (const entry of Deno.readDir(base)) {
    const path = `${directory.replace(/\/$/, "")}/${entry.name}`;
    if (entry.isDirectory) files.push(...await testFilesBelow(path, cwd));
    else if (/(^|[._])test\.[cm]?[jt]sx?$/.test(entry.name)) files.push(path);
  }
  return files.sort();
}

async function kindOf(path: string): Promise<"file" | "directory" | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory ? "directory" : "file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
