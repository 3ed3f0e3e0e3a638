/**
 * The manager: short-lived, holding the lock only while it changes something.
 *
 * @module
 */
import type { Kernel } from "../ffi/mod.ts";
import type { DeleteOptions, Manager, RemoveOptions, RunResult } from "./api.ts";
import { notFound, usageError } from "./errors.ts";
import { withExplanation } from "./kernel_errors.ts";
import { DEFAULT_RUNTIME_DIRECTORY, Layout } from "./layout.ts";
import { attachProgram, detachLink, unmanaged } from "./link/attach.ts";
import { listLinkViews, listProgramRows } from "./list.ts";
import { checkRuntimeDirectory, type Machine, prepareLock, prepareMachine } from "./machine.ts";
import { deleteLinks, deletePrograms, type Removed } from "./program/delete.ts";
import { loadPrograms } from "./program/load.ts";
import { type LoadPlan, nameOfObject, planLoad } from "./program/plan_load.ts";
import { unloadProgram } from "./program/unload.ts";
import {
  describeRepair,
  isLinkDropped,
  isProgramDropped,
  observe,
  planRepairs,
  projectRepairs,
  type Repair,
  repairAll,
} from "./reconcile.ts";
import { ABSENT_STORE } from "./store/absent_store.ts";
import { openKvStore, type Store } from "./store/kv_store.ts";
import { acquireLock, isLockHeld } from "./store/lock.ts";
import { readSnapshot } from "./store/snapshot.ts";
import type { StoreState } from "./store/state.ts";
import type {
  AttachRequest,
  LinkFilter,
  LinkId,
  LinkRecord,
  LinkView,
  LoadRequest,
  MapAccess,
  Notice,
  ProgramFilter,
  ProgramId,
  ProgramRow,
  ProgramView,
  RunRequest,
} from "./types.ts";
import { viewLink, viewProgram } from "./view.ts";

/** Arguments of {@link openManager}. */
export interface ManagerOptions {
  /** The kernel to work on. */
  readonly kernel: Kernel;
  /** Absolute path. @default "/run/bpfman" */
  readonly runtimeDirectory?: string;
  /** How long a change waits for another process, milliseconds; 0 waits for ever. @default 30000 */
  readonly lockTimeoutMs?: number;
  /** Who may use pinned maps besides root. @default nobody */
  readonly mapAccess?: MapAccess;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
}

const DEFAULT_LOCK_TIMEOUT_MS = 30_000;

class KernelManager implements Manager {
  readonly #machine: Machine;
  readonly #lockTimeoutMs: number;
  #notices: Notice[] = [];
  /** Every repair so far: what one change took away, a later one must not miss. */
  readonly #repairs: Repair[] = [];

  constructor(options: ManagerOptions) {
    const root = checkRuntimeDirectory(options.runtimeDirectory ?? DEFAULT_RUNTIME_DIRECTORY);
    this.#machine = {
      kernel: options.kernel,
      layout: new Layout(root),
      now: options.now ?? (() => new Date()),
      ...(options.mapAccess === undefined ? {} : { mapAccess: options.mapAccess }),
    };
    this.#lockTimeoutMs = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS;
  }

  async load(request: LoadRequest): Promise<ProgramView[]> {
    const plan = await planLoad(request);
    const meanwhile = () => this.#prepareLoad(request, plan);
    return await this.#change(async (store) => {
      const records = await loadPrograms(
        this.#machine,
        { state: store.state, request, plan },
        (rows) => store.commit({ putPrograms: rows }),
      );
      return records.map((record) => viewProgram(this.#machine, store.state, record));
    }, meanwhile);
  }

  async unload(id: ProgramId, options: RemoveOptions = {}): Promise<void> {
    await this.#changeExisting(async (store, repairs) => {
      if (isProgramDropped(repairs, id)) return;
      const isAbsent = !store.state.programs.has(id);
      const isForgiven = options.ignoreMissing === true && isAbsent &&
        this.#machine.kernel.bpf.programInfo(id) === null;
      if (isForgiven) return;
      const held = await unloadProgram(this.#machine, store, id);
      this.#notices.push(...held.map(stillHeld));
    });
  }

  async attach(request: AttachRequest): Promise<LinkView> {
    return await this.#changeExisting(async (store) => {
      const record = await attachProgram(this.#machine, store, request);
      return viewLink(this.#machine, store.state, record);
    });
  }

  async run(request: RunRequest): Promise<RunResult> {
    if (request.load.programs.length !== 1) throw usageError("A run needs exactly one program");
    const plan = await planLoad(request.load);
    const meanwhile = () => this.#prepareLoad(request.load, plan);
    return await this.#change(async (store) => {
      const machine = this.#machine;
      const { state } = store;
      const [record] = await loadPrograms(
        machine,
        { state, request: request.load, plan },
        (rows) => store.commit({ putPrograms: rows }),
      );
      if (record === undefined) throw new TypeError("Cannot run: nothing was loaded");
      const { programId } = record;
      try {
        const { target, metadata = {} } = request;
        const link = await attachProgram(machine, store, { programId, target, metadata });
        return {
          program: viewProgram(machine, store.state, record),
          link: viewLink(machine, store.state, link),
        };
      } catch (error) {
        await unloadProgram(machine, store, programId);
        throw error;
      }
    }, meanwhile);
  }

  async deletePrograms(
    ids: readonly ProgramId[] | "all",
    options: DeleteOptions = {},
  ): Promise<ProgramId[]> {
    return await this.#changeExisting(async (store) =>
      this.#noteHeld(
        await deletePrograms(this.#machine, store, {
          ids: ids === "all" ? [...store.state.programs.keys()] : ids,
          isRecursive: options.recursive === true,
        }),
      )
    );
  }

  async deleteLinks(ids: readonly LinkId[], options: DeleteOptions = {}): Promise<ProgramId[]> {
    return await this.#changeExisting(async (store, repairs) =>
      this.#noteHeld(
        await deleteLinks(this.#machine, store, {
          ids,
          isRecursive: options.recursive === true,
          isGone: (id) => isLinkDropped(repairs, id),
        }),
      )
    );
  }

  #noteHeld({ programs, held }: Removed): ProgramId[] {
    this.#notices.push(...held.map(stillHeld));
    return [...programs];
  }

  async detach(id: LinkId, options: RemoveOptions = {}): Promise<void> {
    await this.#changeExisting(async (store, repairs) => {
      if (isLinkDropped(repairs, id)) return;
      if (options.ignoreMissing === true && !store.state.links.has(id)) return;
      if (!await detachLink(this.#machine, store, id)) this.#notices.push(stillHeld(id));
    });
  }

  listPrograms(filter: ProgramFilter = {}): Promise<ProgramRow[]> {
    return this.#read(({ seen }) => listProgramRows(this.#machine, seen, filter));
  }

  getProgram(id: ProgramId): Promise<ProgramView> {
    return this.#read(({ seen }) => {
      const record = seen.programs.get(id);
      if (record === undefined) throw unmanaged(this.#machine, id);
      const work = { action: `Cannot show program ${id}`, needs: ["CAP_SYS_ADMIN"] };
      return withExplanation(
        this.#machine.kernel,
        work,
        () => viewProgram(this.#machine, seen, record),
      );
    });
  }

  listLinks(filter: LinkFilter = {}): Promise<LinkView[]> {
    return this.#read(({ seen }) => listLinkViews(this.#machine, seen, filter));
  }

  getLink(id: LinkId): Promise<LinkView> {
    return this.#read(({ seen, stored }) => {
      // a link that lost its pin is still shown to who asks for it by name, as what it is
      const record = seen.links.get(id) ?? stored.links.get(id);
      if (record === undefined) throw notFound("link", id);
      const work = { action: `Cannot show link ${id}`, needs: ["CAP_SYS_ADMIN"] };
      return withExplanation(
        this.#machine.kernel,
        work,
        () => viewLink(this.#machine, seen, record),
      );
    });
  }

  notices(): Notice[] {
    return this.#notices.splice(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Reads without a lock: the store's rows, corrected by what pins and kernel say. */
  #read<T>(work: (states: { seen: StoreState; stored: StoreState }) => T): Promise<T> {
    return Promise.try(() => {
      const machine = this.#machine;
      let { stored, repairs } = look(machine);
      // what looks interrupted may be the work of somebody who is at it now, or just was
      const isAtWork = repairs.length > 0 && isLockHeld(machine.layout.lock);
      if (repairs.length > 0 && !isAtWork) {
        ({ stored, repairs } = look(machine));
        this.#notices.push(...repairs.map(describeRepair));
      }
      const seen = projectRepairs(stored, repairs, (link) => kernelLinkId(machine, link));
      return work({ seen, stored });
    });
  }

  /** What a load does while the database is opened: bind libbpf, and judge the object. */
  async #prepareLoad(request: LoadRequest, { bytes }: LoadPlan): Promise<void> {
    this.#machine.kernel.loader.warmUp();
    await passGate(nameOfObject(request), bytes);
  }

  /** Changes something that was made before; where nothing ever was, no directory comes to be. */
  async #changeExisting<T>(
    work: (store: Store, repairs: readonly Repair[]) => Promise<T>,
  ): Promise<T> {
    const { kernel, layout } = this.#machine;
    return kernel.files.exists(layout.root)
      ? await this.#change(work)
      : await work(ABSENT_STORE, []);
  }

  /**
   * Changes something: alone, and after the mess of a killed predecessor is cleared.
   *
   * @param work The change.
   * @param meanwhile Work that fits into the time in which the database is opened; where it fails,
   * nothing has been changed.
   */
  async #change<T>(
    work: (store: Store, repairs: readonly Repair[]) => Promise<T>,
    meanwhile?: () => Promise<void>,
  ): Promise<T> {
    const machine = this.#machine;
    prepareLock(machine);
    using _lock = await acquireLock(machine.layout.lock, this.#lockTimeoutMs);
    prepareMachine(machine);
    const opening = openKvStore(machine.layout.database, machine.layout.snapshot);
    const early = Promise.try(() => meanwhile?.());
    // its failure is thrown below, once there is a database to close
    early.catch(() => {});
    using store = await opening;
    await early;
    const repairs = await repairAll(machine, store);
    this.#notices.push(...repairs.map(describeRepair));
    this.#repairs.push(...repairs);
    return await work(store, this.#repairs);
  }
}

/**
 * Checks an object's structure. The gate has many files that only loads need: named by a value, they
 * are not read at the start of every command (see importUnseen in cli/main.ts).
 */
async function passGate(path: string, bytes: Uint8Array): Promise<void> {
  const gate = "./program/check_structure.ts";
  const { checkStructure }: typeof import("./program/check_structure.ts") = await import(gate);
  checkStructure(path, bytes);
}

/** The store's rows and what is to be mended, as a reader sees them. */
function look(machine: Machine): { stored: StoreState; repairs: Repair[] } {
  const stored = readSnapshot(machine.layout.snapshot);
  return { stored, repairs: planRepairs(stored, observe(machine, stored)) };
}

function stillHeld(id: LinkId): Notice {
  return {
    code: "link-still-held",
    message: `link ${id} is detached from us, but another process still holds it open`,
  };
}

function kernelLinkId({ kernel }: Machine, link: LinkRecord): number | null {
  try {
    using fd = kernel.bpf.openPin(link.pinPath);
    return kernel.bpf.linkInfoByFd(fd.raw).id;
  } catch {
    return null;
  }
}

/**
 * Opens a manager on a kernel. Nothing is touched before the first call.
 *
 * @param options Kernel, places, time limits.
 * @throws {BpfmanError} When the runtime directory is not an absolute path.
 */
export function openManager(options: ManagerOptions): Promise<Manager> {
  return Promise.try(() => new KernelManager(options));
}
