/**
 * The store in Deno KV. One process at a time has it open: the writer's lock is held.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { hookKey } from "../chain/model.ts";
import type { HookRecord } from "../chain/record.ts";
import type { LinkRecord, ProgramRecord } from "../types.ts";
import { readIntent, setIntent } from "./intent_rows.ts";
import { readSnapshot, RECORD_VERSION, refreshSnapshot, writeSnapshot } from "./snapshot.ts";
import { storeError } from "./store_error.ts";
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

/** Rows of the database; null for a database that nobody has written to. */
async function readState(kv: Deno.Kv, path: string): Promise<StoreState | null> {
  const [[version, next, boot], programs, links, hooks, apply] = await Promise.all([
    kv.getMany<[number, number, string]>([
      ["meta", "version"],
      ["meta", "nextLinkId"],
      ["meta", "bootId"],
    ]),
    values<ProgramRecord>(kv, "program"),
    values<LinkRecord>(kv, "link"),
    values<HookRecord>(kv, "hook"),
    readIntent(kv),
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
    ...(boot.value === null ? {} : { bootId: boot.value }),
    ...(apply === null ? {} : { apply }),
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
  if (change.apply !== undefined) setIntent(atomic, change.apply);
  if (change.bootId !== undefined) atomic.set(["meta", "bootId"], change.bootId);
  if (change.nextLinkId !== undefined) atomic.set(["meta", "nextLinkId"], change.nextLinkId);
  return atomic;
}

function mutationCount(change: StoreChange): number {
  // the journal of an apply has few parts
  return Object.values(change).flat().length + 20;
}

/** Where a store is, and what its rows are of. */
export interface StorePlace {
  /** Path of the database. */
  readonly path: string;
  /** Path of the readers' file. */
  readonly snapshotPath: string;
  /** Path of a second copy of that. @default none is kept */
  readonly copyPath?: string;
  /** This boot. @default rows do not tell their boot */
  readonly bootId?: string;
}

class KvStore implements Store {
  readonly #kv: Deno.Kv;
  readonly #place: StorePlace;
  #state: StoreState;

  constructor(kv: Deno.Kv, state: StoreState, place: StorePlace) {
    this.#kv = kv;
    this.#state = state;
    this.#place = place;
  }

  get state(): StoreState {
    return this.#state;
  }

  async commit(wanted: StoreChange): Promise<void> {
    if (isEmptyChange(wanted)) return;
    const { path, bootId } = this.#place;
    const isMarked = bootId === undefined || this.#state.bootId === bootId;
    const change = isMarked ? wanted : { bootId, ...wanted };
    if (mutationCount(change) > MAX_MUTATIONS) {
      const cause = new RangeError(`Cannot make more than ${MAX_MUTATIONS} changes at once`);
      throw storeError(path, cause);
    }
    try {
      await toAtomic(this.#kv, change).commit();
      this.#state = applyChange(this.#state, change);
      writeSnapshot(this.#place.snapshotPath, this.#state);
      if (this.#place.copyPath !== undefined) writeSnapshot(this.#place.copyPath, this.#state);
    } catch (cause) {
      throw storeError(path, cause);
    }
  }

  [Symbol.dispose](): void {
    this.#kv.close();
  }
}

/** What a file of the readers remembers; nothing when it is damaged, or there is none. */
function remembered(path: string | undefined): StoreState {
  if (path === undefined) return EMPTY_STATE;
  try {
    return readSnapshot(path);
  } catch (error) {
    if (error instanceof BpfmanError && error.code === "state-corrupt") return EMPTY_STATE;
    throw error;
  }
}

/**
 * Fills a new database from the readers' file beside it, or from its copy: the old one was damaged
 * and moved away, and what it remembered is still in the kernel. Where both are gone, pins and
 * provenance tell the rest.
 */
async function takeOver(kv: Deno.Kv, { snapshotPath, copyPath }: StorePlace): Promise<StoreState> {
  const beside = remembered(snapshotPath);
  const state = beside === EMPTY_STATE ? remembered(copyPath) : beside;
  const putPrograms = [...state.programs.values()];
  const putLinks = [...state.links.values()];
  const putHooks = [...state.hooks.values()];
  const { nextLinkId, bootId, apply = null } = state;
  // at once: a database with a version is never filled again
  if (nextLinkId > 1 || putPrograms.length > 0 || apply !== null) {
    const boot = bootId === undefined ? {} : { bootId };
    const rows = { putPrograms, putLinks, putHooks, nextLinkId, apply };
    await toAtomic(kv, { ...rows, ...boot }).commit();
  }
  return state;
}

/**
 * Opens the store. The writer's lock must be held until it is disposed.
 *
 * @param place Where its files are.
 * @throws {BpfmanError} `state-version`, or one of {@link storeError}.
 */
export async function openKvStore(place: StorePlace): Promise<Store> {
  const { path, snapshotPath, copyPath } = place;
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
    const state = await readState(kv, path) ?? await takeOver(kv, place);
    refreshSnapshot(snapshotPath, state);
    if (copyPath !== undefined) refreshSnapshot(copyPath, state);
    return new KvStore(kv, state, place);
  } catch (error) {
    kv.close();
    throw error instanceof BpfmanError ? error : storeError(path, error);
  }
}
