/**
 * The objects whose fate is predicted: fixtures, those of Debian packages, and those that Debian's
 * libbpf-tools carry inside their executables.
 *
 * @module
 */
import { corpusObjects } from "../support/corpus.ts";
import { embeddedObjects } from "./embedded.ts";

/** The Debian packages that the corpus and the loader come from. */
export const TRUTH_PACKAGES: readonly string[] = [
  "gcc",
  "libc6-dev",
  "libbpf-tools",
  "libelf-dev",
  "libxdp1",
  "xdp-tools",
  "zlib1g-dev",
];

async function filesOf(name: string): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("dpkg", { args: ["-L", name] }).output();
  if (!success) throw new Error(`Cannot list the files of package "${name}": it is not installed`);
  const paths = new TextDecoder().decode(stdout).split("\n").filter((path) => path !== "");
  return paths.filter((path) => Deno.lstatSync(path).isFile);
}

/** Where an object comes from. */
export interface TruthObject {
  readonly name: string;
  readonly path: string;
  /** Such as `fixtures`. */
  readonly origin: string;
}

/** Writes all objects into a folder. */
export async function collectObjects(folder: string): Promise<TruthObject[]> {
  const objects: TruthObject[] = [];
  const add = async (name: string, bytes: Uint8Array, origin: string) => {
    const path = `${folder}/${name}`;
    await Deno.writeFile(path, bytes);
    objects.push({ name, path, origin });
  };
  for (const { name, path, bytes } of corpusObjects()) {
    await add(name, bytes, path.startsWith("/usr/") ? "xdp-tools" : "fixtures");
  }
  for (const path of await filesOf("libbpf-tools")) {
    const tool = path.slice(path.lastIndexOf("/") + 1);
    for (const [at, bytes] of embeddedObjects(await Deno.readFile(path)).entries()) {
      await add(`${tool}${at === 0 ? "" : at}.bpf.o`, bytes, "libbpf-tools");
    }
  }
  return objects;
}
