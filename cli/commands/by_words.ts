/**
 * The commands that words may mean: all of them, or those of one module where the words are of a
 * frequent command. So most starts do not read the descriptions of all others.
 *
 * @module
 */
import type { CommandSpec } from "../command.ts";

/** Where commands are described. */
interface Place {
  readonly path: string;
  readonly name: string;
}

const ALL: Place = { path: "./mod.ts", name: "COMMANDS" };
const ATTACH: Place = { path: "./attach.ts", name: "ATTACH_COMMANDS" };
const LINK: Place = { path: "./link.ts", name: "LINK_COMMANDS" };
const LOAD: Place = { path: "./load.ts", name: "LOAD_COMMANDS" };
const PROGRAM: Place = { path: "./program.ts", name: "PROGRAM_COMMANDS" };
const RUN: Place = { path: "./run.ts", name: "RUN_COMMANDS" };

/** Beginnings of spellings with the one module that has all commands which begin so. */
const PLACES: ReadonlyMap<string, Place> = new Map([
  ["attach", ATTACH],
  ["detach", LINK],
  ["get link", LINK],
  ["get program", PROGRAM],
  ["list links", LINK],
  ["list programs", PROGRAM],
  ["load", LOAD],
  ["run", RUN],
  ["unload", PROGRAM],
]);

/** The beginnings that one module answers for. */
export const FREQUENT_WORDS: readonly string[] = [...PLACES.keys()];

/**
 * Commands among which the one is that the words mean, if any.
 *
 * @param words Words of the command line from the first that is no option.
 */
export async function commandsOf(words: readonly string[]): Promise<readonly CommandSpec[]> {
  const [first = "", second = ""] = words;
  const { path, name } = PLACES.get(first) ?? PLACES.get(`${first} ${second}`) ?? ALL;
  // by a value: see cli/main.ts
  const module: Readonly<Record<string, readonly CommandSpec[]>> = await import(path);
  return module[name] ?? [];
}
