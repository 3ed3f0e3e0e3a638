/**
 * Where Deno's official program for a machine comes from: the one that runs, where it is the very
 * same file, and otherwise npm, through Deno and into its cache.
 *
 * @module
 */
import type { Target } from "./elf.ts";

/** The version that this project is tested with; a test keeps it equal to the pinned one. */
export const RUNTIME_VERSION = "2.9.5";

/** An official program. */
interface OfficialRuntime {
  /** Its npm package. */
  readonly package: string;
  /** SHA-256 of the program in it. */
  readonly digest: string;
}

/** Official programs of that version by machine. */
export const RUNTIMES: Readonly<Record<Target, OfficialRuntime>> = {
  x86_64: {
    package: "@deno/linux-x64-glibc",
    digest: "dc480c462c8c3582524f3e75c160613d0a975e1f66b5465995d58bae236da7d3",
  },
  aarch64: {
    package: "@deno/linux-arm64-glibc",
    digest: "e1a70c5eb03b0ebaf761077029ef86b9ba22d50e2b54ca45ce5437457f701b63",
  },
};

/** True for the very file that the package has. */
export async function isOfficial(
  target: Target,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex() === RUNTIMES[target].digest;
}

async function runDeno(args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`Cannot run "deno ${args[0]}": ${new TextDecoder().decode(stderr).trim()}`);
}

/** Folders of Deno's cache with packages, one for each registry. */
async function cacheFolders(): Promise<string[]> {
  const { npmCache } = JSON.parse(await runDeno(["info", "--json", "--no-config"]));
  try {
    const entries = await Array.fromAsync(Deno.readDir(npmCache));
    return entries.filter((entry) => entry.isDirectory).map(({ name }) => `${npmCache}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Fetches the package, unless it is in Deno's cache, and reads the program in it. */
async function fromNpm(target: Target): Promise<Uint8Array<ArrayBuffer>> {
  const { package: name } = RUNTIMES[target];
  const found = await fromCache(target);
  if (found !== undefined) return found;
  await runDeno(["cache", "--no-config", "--no-lock", `npm:${name}@${RUNTIME_VERSION}`]);
  const fetched = await fromCache(target);
  if (fetched !== undefined) return fetched;
  throw new TypeError(`Cannot find the program of "${name}": it is not in Deno's cache`);
}

async function fromCache(target: Target): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { package: name } = RUNTIMES[target];
  for (const folder of await cacheFolders()) {
    const bytes = await readIfThere(`${folder}/${name}/${RUNTIME_VERSION}/deno`);
    if (bytes === undefined) continue;
    if (await isOfficial(target, bytes)) return bytes;
    throw new TypeError(`Cannot use the program of "${name}": it is not the one that was released`);
  }
  return undefined;
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Reads Deno's program for a machine.
 *
 * @throws {TypeError} When it cannot be had.
 */
export async function runtimeFor(target: Target): Promise<Uint8Array<ArrayBuffer>> {
  if (target === Deno.build.arch) {
    const bytes = await Deno.readFile(Deno.execPath());
    if (await isOfficial(target, bytes)) return bytes;
  }
  return await fromNpm(target);
}
