/**
 * The store's state as a JSON file, for readers. Deno KV cannot be opened without the right to
 * write, and costs milliseconds; `list` and `get` must need neither. The file is replaced as a
 * whole after each commit, while the writer's lock is held. When a writer dies between commit
 * and replacement, readers see the kernel and the pins anyway, and the next writer replaces it
 * before it does anything else.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { hookKey } from "../chain/model.ts";
import type { HookRecord } from "../chain/record.ts";
import type { ApplyIntent } from "../declared/types.ts";
import type { LinkRecord, ProgramRecord } from "../types.ts";
import { EMPTY_STATE, type StoreState } from "./state.ts";

/** Version of the records that this code reads and writes. */
export const RECORD_VERSION = 1;

interface SnapshotFile {
  readonly version: number;
  readonly nextLinkId: number;
  readonly programs: readonly ProgramRecord[];
  readonly links: readonly LinkRecord[];
  /** Absent in files from before there were chains. */
  readonly hooks?: readonly HookRecord[];
  /** Absent in files from before boots were told apart. */
  readonly bootId?: string;
  /** Absent while no apply is under way. */
  readonly apply?: ApplyIntent;
}

function corrupt(path: string, why: string, cause?: unknown): BpfmanError {
  return new BpfmanError(`Cannot read the state in "${path}": ${why}`, {
    code: "state-corrupt",
    hint: 'Run "bpfman repair": it writes the file anew from the database',
    cause,
  });
}

/** True for JSON that has the shape of the file; a damaged disk can leave any. */
function isShaped(file: SnapshotFile): boolean {
  const { programs, links, hooks = [], nextLinkId, apply } = file;
  const isIntent = apply === undefined || (apply?.version === 1 && Array.isArray(apply.plans));
  return isIntent && Number.isSafeInteger(nextLinkId) &&
    [programs, links, hooks].every(Array.isArray) &&
    programs.every((row) => Number.isSafeInteger(row?.programId)) &&
    links.every((row) => Number.isSafeInteger(row?.id) && typeof row.details?.kind === "string") &&
    hooks.every((row) => typeof row?.hook?.kind === "string");
}

function parse(text: string, path: string): StoreState {
  let file: SnapshotFile | null;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, "it is not JSON", cause);
  }
  if (typeof file?.version !== "number") throw corrupt(path, "it has no version");
  if (file.version !== RECORD_VERSION) {
    throw new BpfmanError(
      `Cannot read the state in "${path}": its version is ${file.version}, this program reads ` +
        `version ${RECORD_VERSION}`,
      { code: "state-version", hint: "Use the program that wrote it, or a newer one" },
    );
  }
  if (!isShaped(file)) throw corrupt(path, "rows in it are damaged");
  return {
    programs: new Map(file.programs.map((record) => [record.programId, record])),
    links: new Map(file.links.map((record) => [record.id, record])),
    hooks: new Map((file.hooks ?? []).map((record) => [hookKey(record.hook), record])),
    nextLinkId: file.nextLinkId,
    ...(file.bootId === undefined ? {} : { bootId: file.bootId }),
    ...(file.apply === undefined ? {} : { apply: file.apply }),
  };
}

/**
 * Reads the state without a lock.
 *
 * @param path Path of the file.
 * @returns The state as of the last commit; the empty state when there never was one.
 */
export function readSnapshot(path: string): StoreState {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return EMPTY_STATE;
    throw new BpfmanError(`Cannot read the state in "${path}"`, {
      code: "state-unreadable",
      hint: error instanceof Deno.errors.NotCapable
        ? "Grant --allow-read for the runtime directory"
        : "Run as root",
      cause: error,
    });
  }
  return parse(text, path);
}

/**
 * Tells one version of the file from the next, without reading it; empty while none can be seen.
 *
 * @param path Path of the file.
 */
export function snapshotMark(path: string): string {
  try {
    const { ino, mtime } = Deno.statSync(path);
    return `${ino} ${mtime?.getTime()}`;
  } catch {
    // there is none, or reading it will say what is wrong
    return "";
  }
}

function textOf(state: StoreState): string {
  const file: SnapshotFile = {
    version: RECORD_VERSION,
    nextLinkId: state.nextLinkId,
    programs: [...state.programs.values()],
    links: [...state.links.values()],
    hooks: [...state.hooks.values()],
    ...(state.bootId === undefined ? {} : { bootId: state.bootId }),
    ...(state.apply === undefined ? {} : { apply: state.apply }),
  };
  return JSON.stringify(file) + "\n";
}

/** Everybody may read the file, and nobody else change it. */
const MODE = 0o644;

function replace(path: string, text: string): void {
  const next = `${path}.next`;
  {
    using file = Deno.openSync(next, { write: true, create: true, truncate: true, mode: MODE });
    const bytes = new TextEncoder().encode(text);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
    // not where it is right already: a jail lets no mode be changed
    if ((file.statSync().mode ?? MODE) % 0o1000 !== MODE) Deno.chmodSync(next, MODE);
  }
  Deno.renameSync(next, path);
}

/** Replaces the file, never leaving half of one. */
export function writeSnapshot(path: string, state: StoreState): void {
  replace(path, textOf(state));
}

/**
 * Replaces a file that does not say what the database says: its writer was killed, or it is
 * damaged.
 *
 * @param path Path of the file.
 * @param state The database's state.
 */
export function refreshSnapshot(path: string, state: StoreState): void {
  const wanted = textOf(state);
  let found: string | undefined;
  try {
    found = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  // a database that was never written to needs no file
  const isNew = found === undefined && wanted === textOf(EMPTY_STATE);
  if (found !== wanted && !isNew) replace(path, wanted);
}
