/**
 * Generations as files: each state of an application that was made, kept for ever.
 *
 *     DATA-DIR/applications/NAME/generations/N.json
 *     DATA-DIR/objects/sha256/HEX
 *
 * A file appears whole or not at all. A new generation is written beside its place before anything
 * is changed, so that a full disk is found in time; it gets its name once it is true.
 *
 * @module
 */
import { inDataDirectory } from "../data_error.ts";
import { BpfmanError } from "../errors.ts";
import { entriesIn, isThere, removeIfThere } from "../files/if_there.ts";
import { folderOf, syncFolder, writeAll } from "../files/write.ts";
import type { Generation } from "./types.ts";

/** Stands for the slash between namespace and name. */
const SLASH = "__";

/** Ends the name of a file that is not true yet. */
const STAGED = ".next";

/** Names of Kubernetes, with a namespace where they have one; none leads out of the directory. */
const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)?$/;

function applicationsOf(directory: string): string {
  return `${directory}/applications`;
}

/** The folder of an application's generations. */
function generationsOf(directory: string, name: string): string {
  if (!NAME.test(name)) {
    throw new BpfmanError(`The name "${name}" cannot be that of an application`, {
      code: "application-name",
      hint: "Use small letters, digits, - and ., after NAMESPACE/ where it has one",
    });
  }
  return `${applicationsOf(directory)}/${name.replace("/", SLASH)}/generations`;
}

function pathOf(directory: string, { application, number }: Generation): string {
  return `${generationsOf(directory, application.name)}/${number}.json`;
}

function namesIn(path: string): string[] {
  return inDataDirectory(path, () => entriesIn(path).map(({ name }) => name));
}

function isGeneration(value: Partial<Generation> | null, number: number, name: string): boolean {
  return value?.version === 1 && value.number === number && value.application?.name === name &&
    Array.isArray(value.application.programs) && typeof value.object?.objectDigest === "string" &&
    typeof value.owner === "string" && typeof value.digest === "string";
}

function readOne(directory: string, name: string, number: number): Generation {
  const path = `${generationsOf(directory, name)}/${number}.json`;
  let found: Generation | null = null;
  let cause: unknown;
  try {
    found = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    cause = error;
  }
  if (found !== null && isGeneration(found, number, name)) return found;
  throw new BpfmanError(`Cannot read generation ${number} of application "${name}" in "${path}"`, {
    code: "generation-corrupt",
    hint: `Move the file away: the application then goes on from the generation before it`,
    cause,
  });
}

function numbersOf(directory: string, name: string): number[] {
  return namesIn(generationsOf(directory, name))
    .map((file) => Number(/^([1-9]\d*)\.json$/.exec(file)?.[1])).filter(Number.isSafeInteger)
    .sort((a, b) => a - b);
}

/**
 * All generations of an application, the oldest first.
 *
 * @param directory The data directory.
 * @param name The application.
 * @throws {BpfmanError} `generation-corrupt`, naming the file.
 */
export function readGenerations(directory: string, name: string): Generation[] {
  return numbersOf(directory, name).map((number) => readOne(directory, name, number));
}

/** The last generation of an application, null when it never had one. */
export function lastGeneration(directory: string, name: string): Generation | null {
  const number = numbersOf(directory, name).at(-1);
  return number === undefined ? null : readOne(directory, name, number);
}

/** Names of the applications that were ever applied, sorted. */
export function applicationNames(directory: string): string[] {
  return namesIn(applicationsOf(directory)).map((name) => name.replace(SLASH, "/"))
    .filter((name) => NAME.test(name) && numbersOf(directory, name).length > 0).sort();
}

function writeSynced(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o644 });
  writeAll(file, bytes);
  file.syncSync();
}

/** Makes a folder and those above it, each of which outlasts a crash from then on. */
function makeFolder(path: string): void {
  if (isThere(path)) return;
  makeFolder(folderOf(path));
  Deno.mkdirSync(path, { recursive: true, mode: 0o755 });
  syncFolder(folderOf(path));
}

function kept<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof BpfmanError) throw cause;
    throw new BpfmanError(`Cannot keep generations in "${directory}"`, {
      code: "generation-unwritable",
      hint: "Make room on its file system, mount it writable, or choose another --data-dir",
      cause,
    });
  }
}

/** Writes a generation beside its place. */
export function stageGeneration(directory: string, generation: Generation): void {
  kept(directory, () => {
    const path = pathOf(directory, generation);
    makeFolder(folderOf(path));
    writeSynced(
      path + STAGED,
      new TextEncoder().encode(JSON.stringify(generation, null, 2) + "\n"),
    );
  });
}

/** Makes a generation the current one; may be done again. */
export function publishGeneration(directory: string, generation: Generation): void {
  kept(directory, () => {
    const path = pathOf(directory, generation);
    if (isThere(path)) return;
    // what was staged may have been lost
    stageGeneration(directory, generation);
    Deno.renameSync(path + STAGED, path);
    syncFolder(folderOf(path));
  });
}

/** Removes a generation that did not come true; what cannot be removed is in nobody's way. */
export function dropStaged(directory: string, generation: Generation): void {
  try {
    Deno.removeSync(pathOf(directory, generation) + STAGED);
  } catch {
    // the next generation of this number is written over it
  }
}

/** Where the copy of an object is. */
export function objectPath(directory: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new TypeError(`Cannot name an object by "${digest}"`);
  return `${directory}/objects/sha256/${hex}`;
}

/** Keeps a copy of an object that came from a file: a restore needs it. */
export function keepObject(directory: string, digest: string, bytes: Uint8Array): void {
  kept(directory, () => {
    const path = objectPath(directory, digest);
    makeFolder(folderOf(path));
    if (isThere(path)) return;
    writeSynced(path + STAGED, bytes);
    Deno.renameSync(path + STAGED, path);
    syncFolder(folderOf(path));
  });
}

/** Digests of the objects of all generations. */
function namedObjects(directory: string): Set<string> {
  return new Set(
    applicationNames(directory).flatMap((name) => readGenerations(directory, name))
      .map(({ object }) => object.objectDigest),
  );
}

/** Removes copies of objects that no generation names; as above, where they cannot be removed. */
export function dropObjects(directory: string, digests: readonly string[]): void {
  try {
    const named = namedObjects(directory);
    for (const digest of digests.filter((digest) => !named.has(digest))) {
      for (const path of [objectPath(directory, digest), objectPath(directory, digest) + STAGED]) {
        removeIfThere(path);
      }
    }
  } catch {
    // a generation that cannot be read may name any of them
  }
}
