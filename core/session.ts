/**
 * How the manager comes to the state: readers without a lock, writers one at a time, after the mess
 * of a killed predecessor is cleared.
 *
 * @module
 */
import { explainStranded } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import { compare, type Repair } from "./reconcile.ts";
import type { Look, Preparations, ReadStates } from "./session_types.ts";
import type { Store } from "./store/kv_store.ts";
import { readState } from "./store/read_state.ts";
import { snapshotMark } from "./store/snapshot.ts";
import type { Notice } from "./types.ts";

/** How often a reader tries to see one state, while writers change it. */
const MOST_READS = 3;

/** The work of a writer; it is told every repair so far, its own included. */
export type Change<T> = (store: Store, repairs: readonly Repair[]) => Promise<T>;

/**
 * Reads files that readers need only where something is to be mended, or not at all: named by a
 * value, they are not read at the start (see importUnseen in cli/main.ts).
 */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

/** Access to the state of one machine. */
export class Session {
  readonly machine: Machine;
  readonly #lockTimeoutMs: number;
  readonly #verb: string;
  #notices: Notice[] = [];
  /** Every repair so far: what one change took away, a later one must not miss. */
  readonly #repairs: Repair[] = [];

  /**
   * @param machine The machine.
   * @param lockTimeoutMs How long to wait for other writers.
   * @param verb What this process does, for those who wait for it.
   */
  constructor(machine: Machine, lockTimeoutMs: number, verb = "change") {
    this.machine = machine;
    this.#verb = verb;
    this.#lockTimeoutMs = lockTimeoutMs;
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
        const isLast = tries === MOST_READS || snapshotMark(snapshot) === mark;
        if (isLast) throw explainStranded(error);
      }
      // the next try notes what is still so
      this.#notices.length = noted;
    }
  }

  async #readOnce<T>(work: (states: ReadStates) => T | Promise<T>): Promise<T> {
    const first = await look(this.machine);
    if (first.repairs.length === 0) {
      if (first.notice !== null) this.note(first.notice);
      return await work({ seen: first.stored, stored: first.stored, infos: first.infos });
    }
    const { lookThrough } = await importUnseen<typeof import("./look_through.ts")>(
      "./look_through.ts",
    );
    const { states, notices } = await lookThrough(this.machine, first, look);
    this.note(...notices);
    return await work(states);
  }

  /** Changes something that was made before; where nothing ever was, no directory comes to be. */
  async changeExisting<T>(work: Change<T>): Promise<T> {
    const { kernel, layout } = this.machine;
    if (kernel.files.exists(layout.root)) return await this.change(work);
    const { ABSENT_STORE } = await importUnseen<typeof import("./store/absent_store.ts")>(
      "./store/absent_store.ts",
    );
    return await work(ABSENT_STORE, []);
  }

  /**
   * Changes something: alone, and after the mess of a killed predecessor is cleared.
   *
   * @param work The change.
   * @param preparations Work before it.
   */
  async change<T>(work: Change<T>, preparations: Preparations = {}): Promise<T> {
    const { changeAlone } = await importUnseen<typeof import("./change_alone.ts")>(
      "./change_alone.ts",
    );
    const change = changeAlone(this.machine, {
      lockTimeoutMs: this.#lockTimeoutMs,
      verb: this.#verb,
      preparations,
      tell: (repairs, notices) => {
        this.#repairs.push(...repairs);
        this.note(...notices);
      },
      work: (store) => work(store, this.#repairs),
    });
    return await change.catch((error) => {
      throw explainStranded(error);
    });
  }
}

/** The store's rows and what is to be mended, as a reader sees them. */
async function look(machine: Machine): Promise<Look> {
  const { state: stored, notice, isGuess } = readState(machine.layout);
  return { stored, ...await compare(machine, stored), notice, isGuess };
}
