/**
 * What applications leave in the data directory.
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";

/** A manager and its data directory. */
interface Data {
  readonly manager: Manager;
  /** The data directory. */
  readonly data: string;
}

const OBJECTS = "objects/sha256/";
const GENERATION = /^applications\/[^/]+\/generations\/\d+\.json$/;

/** Generations in words; objects are numbered in the order in which they came. */
export async function historyIn({ manager, data }: Data): Promise<string[]> {
  const objects: string[] = [];
  return (await manager.history(data)).map(({ application, number, object, isDeleted }) => {
    if (!objects.includes(object.objectDigest)) objects.push(object.objectDigest);
    const what = isDeleted ? "deleted" : `of object ${objects.indexOf(object.objectDigest)}`;
    return `${application.name} ${number}, ${what}`;
  });
}

function filesBelow(folder: string, path = ""): string[] {
  try {
    return [...Deno.readDirSync(`${folder}/${path}`)].flatMap(({ name, isDirectory }) => {
      const here = path === "" ? name : `${path}/${name}`;
      return isDirectory ? filesBelow(folder, here) : [here];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Files that are no generation, and no object of one. */
export async function strayData({ manager, data }: Data): Promise<string[]> {
  const kept = new Set(
    (await manager.history(data)).map(({ object }) =>
      OBJECTS + object.objectDigest.slice("sha256:".length)
    ),
  );
  return filesBelow(data).filter((path) => !GENERATION.test(path) && !kept.has(path));
}
