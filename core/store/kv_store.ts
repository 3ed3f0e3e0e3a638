/**
 * The store in Deno KV. One process at a time has it open: the writer's lock is held.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { hookKey } from "../chain/model.ts";
import type { HookRecord } from "../chain/record.ts";
import type { LinkRecord, ProgramRecord } from "../types.ts";
import { readSnapshot, RECORD_VERSION, refreshSnapshot, writeSnapshot } from "./snapshot.ts";
import {
  applyChange,
  EMPTY_STATE,
  isEmptyChange,
  type StoreChange,
  type StoreState,
} from "./state.ts";

/** A store that one process may change. */
export interface Store extends Disposable {
  /** The state after the last commit. */
  readonly state: StoreState;
  /** Makes a change as a whole. */
  commit(change: StoreChange): Promise<void>;
}

/** Mutations that Deno KV takes in one atomic operation. */
const MAX_MUTATIONS = 1000;

async function values<T>(kv: Deno.Kv, prefix: string): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of kv.list<T>({ prefix: [prefix] }, { batchSize: 500 })) {
    found.push(entry.value);
  }
  return found;
}

const DAMAGED = "If the file is damaged, move it away: the next command starts a new one";
const FULL = "Make room in its file system, and run the command again; keep the file";

function storeError(path: string, cause: unknown): BpfmanError {
  return new BpfmanError(`Cannot use the database "${path}"`, {
    code: "store-failed",
    hint: /disk is full/.test(String(cause)) ? FULL : DAMAGED,
    cause,
  });
}

/** Rows of the database; null for a database that nobody has written to. */
async function readState(kv: Deno.Kv, path: string): Promise<StoreState | null> {
  const [[version, next], programs, links, hooks] = await Promise.all([
    kv.getMany<[number, number]>([["meta", "version"], ["meta", "nextLinkId"]]),
    values<ProgramRecord>(kv, "program"),
    values<LinkRecord>(kv, "link"),
    values<HookRecord>(kv, "hook"),
  ]);
  if (version.value !== null && version.value !== RECORD_VERSION) {
    throw new BpfmanError(
      `Cannot read the database "${path}": its version is ${version.value}, this program reads ` +
        `version ${RECORD_VERSION}`,
      { code: "state-version", hint: "Use the program that wrote it, or a newer one" },
    );
  }
  if (version.value === null) return null;
  return {
    programs: new Map(programs.map((record) => [record.programId, record])),
    links: new Map(links.map((record) => [record.id, record])),
    hooks: new Map(hooks.map((record) => [hookKey(record.hook), record])),
    nextLinkId: next.value ?? 1,
  };
}

function toAtomic(kv: Deno.Kv, change: StoreChange): Deno.AtomicOperation {
  const atomic = kv.atomic().set(["meta", "version"], RECORD_VERSION);
  for (const record of change.putPrograms ?? []) atomic.set(["program", record.programId], record);
  for (const id of change.deletePrograms ?? []) atomic.delete(["program", id]);
  for (const record of change.putLinks ?? []) atomic.set(["link", record.id], record);
  for (const id of change.deleteLinks ?? []) atomic.delete(["link", id]);
  for (const record of change.putHooks ?? []) atomic.set(["hook", hookKey(record.hook)], record);
  for (const key of change.deleteHooks ?? []) atomic.delete(["hook", key]);
  if (change.nextLinkId !== undefined) atomic.set(["meta", "nextLinkId"], change.nextLinkId);
  return atomic;
}

function mutationCount(change: StoreChange): number {
  return Object.values(change).flat().length + 1;
}

class KvStore implements Store {
  readonly #kv: Deno.Kv;
  readonly #path: string;
  readonly #snapshotPath: string;
  #state: StoreState;

  constructor(kv: Deno.Kv, state: StoreState, paths: { path: string; snapshotPath: string }) {
    this.#kv = kv;
    this.#state = state;
    this.#path = paths.path;
    this.#snapshotPath = paths.snapshotPath;
  }

  get state(): StoreState {
    return this.#state;
  }

  async commit(change: StoreChange): Promise<void> {
    if (isEmptyChange(change)) return;
    if (mutationCount(change) > MAX_MUTATIONS) {
      const cause = new RangeError(`Cannot make more than ${MAX_MUTATIONS} changes at once`);
      throw storeError(this.#path, cause);
    }
    try {
      await toAtomic(this.#kv, change).commit();
    } catch (cause) {
      throw storeError(this.#path, cause);
    }
    this.#state = applyChange(this.#state, change);
    writeSnapshot(this.#snapshotPath, this.#state);
  }

  [Symbol.dispose](): void {
    this.#kv.close();
  }
}

/**
 * Fills a new database from the readers' file beside it: the old one was damaged and moved away,
 * and what it remembered is still in the kernel.
 */
async function takeOver(kv: Deno.Kv, snapshotPath: string): Promise<StoreState> {
  let state: StoreState;
  try {
    state = readSnapshot(snapshotPath);
  } catch (error) {
    // two damaged files: pins and provenance tell the rest
    if (error instanceof BpfmanError && error.code === "state-corrupt") return EMPTY_STATE;
    throw error;
  }
  const putPrograms = [...state.programs.values()];
  const putLinks = [...state.links.values()];
  const putHooks = [...state.hooks.values()];
  const { nextLinkId } = state;
  // at once: a database with a version is never filled again
  if (nextLinkId > 1 || putPrograms.length > 0) {
    await toAtomic(kv, { putPrograms, putLinks, putHooks, nextLinkId }).commit();
  }
  return state;
}

/**
 * Opens the store. The writer's lock must be held until it is disposed.
 *
 * @param path Path of the database.
 * @param snapshotPath Path of the readers' file.
 * @throws {BpfmanError} `store-failed` or `state-version`.
 */
export async function openKvStore(path: string, snapshotPath: string): Promise<Store> {
  if (typeof Deno.openKv !== "function") {
    throw new BpfmanError("Cannot open the database: Deno KV is switched off", {
      code: "kv-missing",
      hint: "Run Deno with --unstable-kv",
    });
  }
  let kv: Deno.Kv;
  try {
    kv = await Deno.openKv(path);
  } catch (cause) {
    throw storeError(path, cause);
  }
  try {
    const state = await readState(kv, path) ?? await takeOver(kv, snapshotPath);
    refreshSnapshot(snapshotPath, state);
    return new KvStore(kv, state, { path, snapshotPath });
  } catch (error) {
    kv.close();
    throw error instanceof BpfmanError ? error : storeError(path, error);
  }
}
