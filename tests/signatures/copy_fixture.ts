/**
 * Layouts of the fixtures where a test may write to them.
 *
 * @module
 */
import { FIXTURES } from "./cli_process.ts";

function copyFolder(from: URL, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(new URL(`${name}/`, from), `${to}/${name}`);
    else Deno.copyFileSync(new URL(name, from), `${to}/${name}`);
  }
}

/** Copies a folder of the fixtures to a path. */
export function copyFixture(name: string, to: string): void {
  copyFolder(new URL(`${name}/`, FIXTURES), to);
}
