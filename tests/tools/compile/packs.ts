/**
 * Which chunks lie together. A process reads whole packs, one behind the other, so what every command
 * needs comes first. A list that is out of date costs time and nothing else.
 *
 * @module
 */
import { type Chunk, closureOf, factoryText } from "./chunks.ts";
import type { EarlyNames } from "./early.ts";

/** The first chunk: what runs when the process starts. */
const START = "main.js";

/**
 * Modules that are imported later, by the pack that they are in; the last pack has all others. Behind a
 * colon stands something that the module exports, where others have the same name.
 */
const PACK_MODULES: readonly (readonly string[])[] = [
  // the main module itself: version and help wait for nothing
  ["version_number", "version_text", "root_help"],
  // lists, single objects, and what every other command needs
  [
    ...["app", "data_text", "exit_codes", "get_link", "get_program", "help_page", "list_links"],
    ...[
      "attach:ATTACH_COMMANDS",
      "link",
      "load:LOAD_COMMANDS",
      "program",
      "run:RUN_COMMANDS",
      "mod:COMMANDS",
    ],
    ...["list_programs", "manager", "missing_kinds", "mod:openKernel", "program_json"],
    ...["repair:findHookRepairs", "run_command", "terminal", "view_link", "view_program"],
  ],
  // changes
  [
    ...["append", "attach", "attempt", "audit_notes", "change_alone", "check_structure"],
    ...["config_file", "detach", "file", "judge", "load", "load_file", "member", "mend"],
    ...["object", "open_front", "open_loader", "open_start", "received", "requested", "run_stage"],
    ...["run:run", "unload", "who"],
  ],
];

/** A chunk in its place. */
export interface PlacedChunk {
  readonly chunk: Chunk;
  readonly number: number;
}

/** Name of a module in the name of its chunk, such as `app` of `app-X4K2LD3V.js`. */
function moduleOf(name: string): string {
  return name.replace(/-[A-Z0-9]{8}\.js$/, "");
}

/** True when a chunk is the module that a word of a list means. */
function isMeant(word: string, { name, exports }: Chunk): boolean {
  const [module, exported] = word.split(":");
  if (module !== moduleOf(name)) return false;
  return exported === undefined ||
    exports.split(", ").some((one) => one.split(":")[0] === exported);
}

/** Puts chunks into packs. */
export function packChunks(
  chunks: ReadonlyMap<string, Chunk>,
  modules: readonly (readonly string[])[] = PACK_MODULES,
): PlacedChunk[][] {
  const placed = new Set<string>();
  const packs = [...modules, null].map((wanted, pack) => {
    const roots = [...chunks.values()].filter((chunk) =>
      wanted === null || wanted.some((word) => isMeant(word, chunk)) ||
      (pack === 0 && chunk.name === START)
    ).map(({ name }) => name);
    const members = [...closureOf(roots, chunks)].filter((name) => !placed.has(name));
    for (const name of members) placed.add(name);
    return members;
  });
  let number = 0;
  return packs.map((names) =>
    names.flatMap((name) => {
      const chunk = chunks.get(name);
      return chunk === undefined ? [] : [{ chunk, number: number++ }];
    })
  );
}

/** What texts are made with. */
export interface TextOptions {
  readonly minify: (text: string) => Promise<string>;
  readonly early: EarlyNames;
}

/** The texts of all packs: functions of chunks, in the order of their numbers. */
export async function packTexts(
  packs: readonly (readonly PlacedChunk[])[],
  { minify, early }: TextOptions,
): Promise<string[][]> {
  const numbers = new Map(packs.flat().map(({ chunk, number }) => [chunk.name, number]));
  const textOf = async (chunk: Chunk): Promise<string> => {
    const text = await minify(factoryText(chunk, { numbers, early }));
    // between brackets V8 reads it at once (early.ts)
    return early.hasModule(chunk.body) ? `(${text})` : text;
  };
  return await Promise.all(
    packs.map((pack) => Promise.all(pack.map(({ chunk }) => textOf(chunk)))),
  );
}

/** Number of the chunk that runs when the process starts. */
export function startNumber(packs: readonly (readonly PlacedChunk[])[]): number {
  const found = packs.flat().find(({ chunk }) => chunk.name === START);
  if (found === undefined) throw new TypeError(`Cannot bundle: there is no chunk "${START}"`);
  return found.number;
}
