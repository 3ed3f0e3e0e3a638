/**
 * A program that the Go compiler made, with its symbols stripped: esbuild, which this project has
 * among its npm packages.
 *
 * @module
 */
import { mustRun } from "./must.ts";

const PLATFORM = { x86_64: "linux-x64", aarch64: "linux-arm64" } as const;

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Path of the program in Deno's cache of npm packages. */
export async function goProgram(): Promise<string> {
  const { npmCache } = JSON.parse(await mustRun(Deno.execPath(), ["info", "--json"]));
  // one folder for each registry that packages came from
  for (const registry of namesIn(npmCache)) {
    const versions = `${npmCache}/${registry}/@esbuild/${PLATFORM[Deno.build.arch]}`;
    const [version] = namesIn(versions);
    if (version !== undefined) return `${versions}/${version}/bin/esbuild`;
  }
  throw new Error(`Cannot find esbuild in "${npmCache}": run "deno task setup"`);
}
