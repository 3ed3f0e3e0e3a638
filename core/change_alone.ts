/**
 * How a writer comes to the store: one at a time, and after the mess of a killed predecessor is
 * cleared.
 *
 * @module
 */
import { bootIdOf } from "./identity.ts";
import { type Machine, prepareLock, prepareMachine } from "./machine.ts";
import { resumeReplaces, resumeRuns } from "./program/resume.ts";
import type { Repair } from "./reconcile.ts";
import type { Preparations } from "./session_types.ts";
import { openKvStore, type Store, type StorePlace } from "./store/kv_store.ts";
import { acquireLock } from "./store/lock.ts";
import type { Notice } from "./types.ts";

/** One change. */
export interface LoneChange<T> {
  /** How long to wait for another writer, milliseconds; 0 waits for ever. */
  readonly lockTimeoutMs: number;
  /** What is done, for those who wait. */
  readonly verb: string;
  /** Work before it. */
  readonly preparations: Preparations;
  /** Told what was mended before the change. */
  readonly tell: (repairs: readonly Repair[], notices: readonly Notice[]) => void;
  readonly work: (store: Store) => Promise<T>;
}

/** Reads files while the database is opened, or when they are needed (see cli/main.ts). */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

/** Where the store of a machine is. */
function storePlace(machine: Machine): StorePlace {
  const { database, snapshot, rows } = machine.layout;
  return { path: database, snapshotPath: snapshot, copyPath: rows, bootId: bootIdOf(machine) };
}

/** Repairs in words. Most changes find nothing to mend. */
async function inWords(repairs: readonly Repair[]): Promise<Notice[]> {
  // what becomes of an apply is told once it is known
  const told = repairs.filter(({ kind }) => kind !== "resume-apply");
  if (told.length === 0) return [];
  const { describeRepair } = await importUnseen<typeof import("./describe_repair.ts")>(
    "./describe_repair.ts",
  );
  return told.map(describeRepair);
}

/** Takes up an apply that was interrupted. */
async function resumeApply(machine: Machine, store: Store): Promise<Notice[]> {
  if (store.state.apply === undefined) return [];
  const { recoverApply } = await importUnseen<typeof import("./declared/recover.ts")>(
    "./declared/recover.ts",
  );
  return await recoverApply(machine, store);
}

/**
 * Makes a change: alone, and after the mess of a killed predecessor is cleared.
 *
 * @param machine The machine.
 * @param change The change.
 * @throws {BpfmanError} When the lock is not free in time, or the database is unusable.
 */
export async function changeAlone<T>(
  machine: Machine,
  { lockTimeoutMs, verb, preparations: { meanwhile, first }, tell, work }: LoneChange<T>,
): Promise<T> {
  prepareLock(machine);
  const { lock, queue: directory } = machine.layout;
  using _lock = await acquireLock(lock, lockTimeoutMs, {
    verb,
    directory,
    ...(machine.onWait === undefined ? {} : { onWait: machine.onWait }),
  });
  prepareMachine(machine);
  await first?.();
  const opening = openKvStore(storePlace(machine));
  const early = Promise.all([
    importUnseen<typeof import("./mend.ts")>("./mend.ts"),
    Promise.try(() => meanwhile?.()),
  ]);
  // its failure is thrown below, once there is a database to close
  early.catch(() => {});
  using store = await opening;
  const [{ repairAll }] = await early;
  const repairs = await repairAll(machine, store);
  tell(repairs, await inWords(repairs));
  tell([], await resumeApply(machine, store));
  tell([], await resumeReplaces(machine, store));
  tell([], await resumeRuns(machine, store));
  return await work(store);
}
