/**
 * How the manager comes to the state: readers without a lock, writers one at a time, after the mess
 * of a killed predecessor is cleared.
 *
 * @module
 */
import { projectHookRepair } from "./chain/repair.ts";
import { describeRepair } from "./describe_repair.ts";
import { type Machine, prepareLock, prepareMachine } from "./machine.ts";
import { resumeReplaces } from "./program/resume.ts";
import { bootIdOf } from "./identity.ts";
import { repairAll } from "./mend.ts";
import { observe, planRepairs, projectRepairs, type Repair } from "./reconcile.ts";
import { ABSENT_STORE } from "./store/absent_store.ts";
import { openKvStore, type Store, type StorePlace } from "./store/kv_store.ts";
import { acquireLock, isLockHeld, type Lock } from "./store/lock.ts";
import { readState } from "./store/read_state.ts";
import { snapshotMark } from "./store/snapshot.ts";
import type { StoreState } from "./store/state.ts";
import type { LinkRecord, Notice } from "./types.ts";

/** How often a reader tries to see one state, while writers change it. */
const MOST_READS = 3;

/** What a reader is shown. */
export interface ReadStates {
  /** The rows, corrected by what pins and kernel say. */
  readonly seen: StoreState;
  /** The rows as they are. */
  readonly stored: StoreState;
}

/** The work of a writer; it is told every repair so far, its own included. */
export type Change<T> = (store: Store, repairs: readonly Repair[]) => Promise<T>;

/** Access to the state of one machine. */
export class Session {
  readonly machine: Machine;
  readonly #lockTimeoutMs: number;
  /** What this process does, for those who wait for it. */
  readonly #verb: string;
  #notices: Notice[] = [];
  /** Every repair so far: what one change took away, a later one must not miss. */
  readonly #repairs: Repair[] = [];

  constructor(machine: Machine, lockTimeoutMs: number, verb = "change") {
    this.machine = machine;
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#verb = verb;
  }

  /** Keeps what the user should know. */
  note(...notices: readonly Notice[]): void {
    this.#notices.push(...notices);
  }

  /** What was noted since the last call. */
  takeNotices(): Notice[] {
    return this.#notices.splice(0);
  }

  /** Reads without a lock; what a writer changed meanwhile is read once more. */
  async read<T>(work: (states: ReadStates) => T | Promise<T>): Promise<T> {
    const { snapshot } = this.machine.layout;
    for (let tries = 1;; tries++) {
      const mark = snapshotMark(snapshot);
      const noted = this.#notices.length;
      try {
        const result = await this.#readOnce(work);
        if (tries === MOST_READS || snapshotMark(snapshot) === mark) return result;
      } catch (error) {
        if (tries === MOST_READS || snapshotMark(snapshot) === mark) throw error;
      }
      // the next try notes what is still so
      this.#notices.length = noted;
    }
  }

  #readOnce<T>(work: (states: ReadStates) => T | Promise<T>): Promise<T> {
    return Promise.try(() => {
      const { machine } = this;
      let { stored, repairs, notices } = look(machine);
      // what looks interrupted may be the work of somebody who is at it now, or just was
      const isAtWork = repairs.length > 0 && isLockHeld(machine.layout.lock);
      if (repairs.length > 0 && !isAtWork) {
        ({ stored, repairs, notices } = look(machine));
      }
      if (!isAtWork) this.note(...notices);
      const seen = projectRepairs(stored, repairs, {
        kernelLinkId: (link) => kernelLinkId(machine, link),
        projectHook: (state, repair) => projectHookRepair(machine, state, repair),
      });
      return work({ seen, stored });
    });
  }

  /** Takes the writer's lock, in the order of arrival. */
  lock(): Promise<Lock> {
    const { lock, queue } = this.machine.layout;
    return acquireLock(lock, this.#lockTimeoutMs, { verb: this.#verb, directory: queue });
  }

  /** Changes something that was made before; where nothing ever was, no directory comes to be. */
  async changeExisting<T>(work: Change<T>): Promise<T> {
    const { kernel, layout } = this.machine;
    return kernel.files.exists(layout.root)
      ? await this.change(work)
      : await work(ABSENT_STORE, []);
  }

  /**
   * Changes something: alone, and after the mess of a killed predecessor is cleared.
   *
   * @param work The change.
   * @param meanwhile Work that fits into the time in which the database is opened; where it fails,
   * nothing has been changed.
   * @param first Work on files before the database is opened; nothing else happens then.
   */
  async change<T>(
    work: Change<T>,
    meanwhile?: () => Promise<void>,
    first?: () => Promise<void>,
  ): Promise<T> {
    const { machine } = this;
    prepareLock(machine);
    using _lock = await this.lock();
    prepareMachine(machine);
    await first?.();
    const opening = openKvStore(storePlace(machine));
    const early = Promise.try(() => meanwhile?.());
    // its failure is thrown below, once there is a database to close
    early.catch(() => {});
    using store = await opening;
    await early;
    const repairs = await repairAll(machine, store);
    this.note(...repairs.map(describeRepair));
    this.#repairs.push(...repairs);
    this.note(...await resumeReplaces(machine, store));
    return await work(store, this.#repairs);
  }
}

/** Where the store of a machine is. */
export function storePlace(machine: Machine): StorePlace {
  const { database, snapshot, rows } = machine.layout;
  return { path: database, snapshotPath: snapshot, copyPath: rows, bootId: bootIdOf(machine) };
}

/** What a reader sees. */
interface Look {
  readonly stored: StoreState;
  readonly repairs: Repair[];
  /** What the user should know. */
  readonly notices: readonly Notice[];
}

/** The store's rows and what is to be mended, as a reader sees them. */
function look(machine: Machine): Look {
  const { state: stored, notice, isGuess } = readState(machine.layout);
  const repairs = planRepairs(stored, observe(machine, stored));
  // without rows nobody knows what a pin is for: what is said of it would be wrong
  const said = isGuess ? [] : repairs.map(describeRepair);
  return { stored, repairs, notices: notice === null ? said : [notice, ...said] };
}

function kernelLinkId({ kernel }: Machine, link: LinkRecord): number | null {
  try {
    using fd = kernel.bpf.openPin(link.pinPath);
    return kernel.bpf.linkInfoByFd(fd.raw).id;
  } catch {
    return null;
  }
}
