/**
 * The manager: short-lived, holding the lock only while it changes something.
 *
 * @module
 */
import type { Kernel } from "../ffi/mod.ts";
import type { DeleteOptions, Manager, RemoveOptions, RunResult } from "./api.ts";
import { stillHeld } from "./describe_repair.ts";
import { notFound, usageError } from "./errors.ts";
import { withExplanation } from "./kernel_errors.ts";
import { DEFAULT_RUNTIME_DIRECTORY, Layout } from "./layout.ts";
import { attachProgram, detachLink, unmanaged } from "./link/attach.ts";
import { listLinkViews, listProgramRows } from "./list.ts";
import { checkRuntimeDirectory, type Machine } from "./machine.ts";
import { deleteLinks, deletePrograms, type Removed } from "./program/delete.ts";
import { loadPrograms } from "./program/load.ts";
import { planLoad } from "./program/plan_load.ts";
import { prepareLoad } from "./program/prepare_load.ts";
import { unloadProgram } from "./program/unload.ts";
import { isLinkDropped, isProgramDropped } from "./reconcile.ts";
import { Session } from "./session.ts";
import { isStoreFailure } from "./store/store_error.ts";
import type {
  AttachRequest,
  ChainRequest,
  DispatcherFilter,
  DispatcherKey,
  DispatcherView,
  EngineChoice,
  LinkChanges,
  LinkFilter,
  LinkId,
  LinkView,
  LoadRequest,
  MapAccess,
  Notice,
  ProgramFilter,
  ProgramId,
  ProgramRow,
  ProgramView,
  RepairOptions,
  RepairReport,
  ReplaceRequest,
  RunRequest,
  StatusReport,
} from "./types.ts";
import { viewLink, viewLinkClosely, viewProgram } from "./view.ts";

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
  /** Engine of a hook that has none yet, where an attach names none. @default "auto" */
  readonly engine?: EngineChoice;
  /** What this process does, in words for those who wait for its lock. @default "change" */
  readonly verb?: string;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
}

const DEFAULT_LOCK_TIMEOUT_MS = 30_000;

type ChangeChain = typeof import("./link/change_chain.ts");
type Repairs = typeof import("./status/repair.ts");
type Status = typeof import("./status/read.ts");
type Dispatchers = typeof import("./chain/dispatchers.ts");

/** Reads files that most commands do not need: named by a value, they are not read at the start. */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

class KernelManager implements Manager {
  readonly #machine: Machine;
  readonly #session: Session;

  constructor(options: ManagerOptions) {
    const root = checkRuntimeDirectory(options.runtimeDirectory ?? DEFAULT_RUNTIME_DIRECTORY);
    this.#machine = {
      kernel: options.kernel,
      layout: new Layout(root),
      now: options.now ?? (() => new Date()),
      ...(options.mapAccess === undefined ? {} : { mapAccess: options.mapAccess }),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    };
    const lockTimeoutMs = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS;
    this.#session = new Session(this.#machine, lockTimeoutMs, options.verb);
  }

  async load(request: LoadRequest): Promise<ProgramView[]> {
    const plan = await planLoad(request);
    const meanwhile = () => prepareLoad(this.#machine, request, plan);
    return await this.#session.change(async (store) => {
      const records = await loadPrograms(
        this.#machine,
        { state: store.state, request, plan },
        (rows) => store.commit({ putPrograms: rows }),
      );
      return records.map((record) => viewProgram(this.#machine, store.state, record));
    }, meanwhile);
  }

  async unload(id: ProgramId, options: RemoveOptions = {}): Promise<void> {
    await this.#session.changeExisting(async (store, repairs) => {
      if (isProgramDropped(repairs, id)) return;
      const isAbsent = !store.state.programs.has(id);
      const isForgiven = options.ignoreMissing === true && isAbsent &&
        this.#machine.kernel.bpf.programInfo(id) === null;
      if (isForgiven) return;
      const held = await unloadProgram(this.#machine, store, id);
      this.#session.note(...held.map(stillHeld));
    });
  }

  async attach(request: AttachRequest): Promise<LinkView> {
    return await this.#session.changeExisting(async (store) => {
      const record = await attachProgram(this.#machine, store, request);
      return viewLink(this.#machine, store.state, record);
    });
  }

  async replaceProgram(request: ReplaceRequest): Promise<ProgramView> {
    const machine = this.#machine;
    // named by a value: commands that replace nothing do not read these files (see passGate)
    const replacer = "./program/replace.ts";
    const { replaceProgram }: typeof import("./program/replace.ts") = await import(replacer);
    return await this.#session.changeExisting(async (store) => {
      const { record, notices } = await replaceProgram(machine, store, request);
      this.#session.note(...notices);
      return viewProgram(machine, store.state, record);
    });
  }

  async run(request: RunRequest): Promise<RunResult> {
    if (request.load.programs.length !== 1) throw usageError("A run needs exactly one program");
    const plan = await planLoad(request.load);
    const meanwhile = () => prepareLoad(this.#machine, request.load, plan);
    return await this.#session.change(async (store) => {
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
        // a hook may run it although that could not be written down: the next change tells
        if (!isStoreFailure(error)) await unloadProgram(machine, store, programId);
        throw error;
      }
    }, meanwhile);
  }

  async deletePrograms(
    ids: readonly ProgramId[] | "all",
    options: DeleteOptions = {},
  ): Promise<ProgramId[]> {
    return await this.#session.changeExisting(async (store) =>
      this.#noteHeld(
        await deletePrograms(this.#machine, store, {
          ids: ids === "all" ? [...store.state.programs.keys()] : ids,
          isRecursive: options.recursive === true,
        }),
      )
    );
  }

  async deleteLinks(ids: readonly LinkId[], options: DeleteOptions = {}): Promise<ProgramId[]> {
    return await this.#session.changeExisting(async (store, repairs) =>
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
    this.#session.note(...held.map(stillHeld));
    return [...programs];
  }

  async detach(id: LinkId, options: RemoveOptions = {}): Promise<void> {
    await this.#session.changeExisting(async (store, repairs) => {
      if (!store.state.links.has(id) && isLinkDropped(repairs, id)) return;
      if (options.ignoreMissing === true && !store.state.links.has(id)) return;
      if (!await detachLink(this.#machine, store, id)) this.#session.note(stillHeld(id));
    });
  }

  async updateLink(id: LinkId, { engine, ...changes }: LinkChanges): Promise<LinkView> {
    const update = [{ id, ...changes }];
    const [view] = await this.changeChain({ update, ...(engine === undefined ? {} : { engine }) });
    if (view === undefined) throw notFound("link", id);
    return view;
  }

  async changeChain(request: ChainRequest): Promise<LinkView[]> {
    const { changeChain } = await importUnseen<ChangeChain>("./link/change_chain.ts");
    return await this.#session.changeExisting(async (store) => {
      const records = await changeChain(this.#machine, store, request);
      return records.map((record) => viewLink(this.#machine, store.state, record));
    });
  }

  async listDispatchers(filter: DispatcherFilter = {}): Promise<DispatcherView[]> {
    const { listDispatchers } = await importUnseen<Dispatchers>("./chain/dispatchers.ts");
    return await this.#session.read(({ seen }) => listDispatchers(this.#machine, seen, filter));
  }

  async getDispatcher(key: DispatcherKey): Promise<DispatcherView> {
    const { getDispatcher } = await importUnseen<Dispatchers>("./chain/dispatchers.ts");
    return await this.#session.read(({ seen }) => getDispatcher(this.#machine, seen, key));
  }

  async deleteDispatcher(key: DispatcherKey): Promise<void> {
    const { deleteDispatcher } = await importUnseen<Dispatchers>("./chain/dispatchers.ts");
    await this.#session.changeExisting((store) => deleteDispatcher(this.#machine, store, key));
  }

  listPrograms(filter: ProgramFilter = {}): Promise<ProgramRow[]> {
    return this.#session.read(({ seen }) => listProgramRows(this.#machine, seen, filter));
  }

  getProgram(id: ProgramId): Promise<ProgramView> {
    return this.#session.read(({ seen }) => {
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
    return this.#session.read(({ seen }) => listLinkViews(this.#machine, seen, filter));
  }

  getLink(id: LinkId): Promise<LinkView> {
    return this.#session.read(({ seen, stored }) => {
      // a link that lost its pin is still shown to who asks for it by name, as what it is
      const record = seen.links.get(id) ?? stored.links.get(id);
      if (record === undefined) throw notFound("link", id);
      return viewLinkClosely(this.#machine, seen, record);
    });
  }

  async status(): Promise<StatusReport> {
    const { readStatus } = await importUnseen<Status>("./status/read.ts");
    return readStatus(this.#machine);
  }

  async repair(options: RepairOptions = {}): Promise<RepairReport> {
    const { repairState } = await importUnseen<Repairs>("./status/repair.ts");
    return await repairState(this.#session, options);
  }

  notices(): Notice[] {
    return this.#session.takeNotices();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
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
