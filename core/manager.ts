/**
 * The manager: short-lived, holding the lock only while it changes something.
 *
 * @module
 */
import type { DeleteOptions, Manager, RemoveOptions, RunResult } from "./api.ts";
import { notFound } from "./errors.ts";
import { DEFAULT_RUNTIME_DIRECTORY, Layout } from "./layout.ts";
import { stillHeld } from "./link/release.ts";
import { checkRuntimeDirectory, type Machine } from "./machine.ts";
import type { ManagerOptions } from "./manager_options.ts";
import type { Removed } from "./program/delete.ts";
import { isLinkDropped, isProgramDropped } from "./reconcile.ts";
import { Session } from "./session.ts";
import type {
  ApplicationPlan,
  ApplyEffects,
  ApplyReport,
  ApplyRequest,
  AttachRequest,
  ChainRequest,
  DispatcherFilter,
  DispatcherKey,
  DispatcherView,
  Generation,
  LinkChanges,
  LinkFilter,
  LinkId,
  LinkView,
  LoadRequest,
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

export type { ManagerOptions } from "./manager_options.ts";
export type * from "./waiting.ts";

const DEFAULT_LOCK_TIMEOUT_MS = 30_000;

type Delete = typeof import("./program/delete.ts");
type Declared = typeof import("./declared/manage.ts");
type Repairs = typeof import("./status/repair.ts");
type Status = typeof import("./status/read.ts");
type Dispatchers = typeof import("./chain/dispatchers.ts");
type LinkViews = typeof import("./view_link.ts");
type ProgramViews = typeof import("./view_program.ts");

/**
 * Reads files that most commands do not need: named by a value, they are not read at the start (see
 * importUnseen in cli/main.ts).
 */
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
      ...(options.onWait === undefined ? {} : { onWait: options.onWait }),
    };
    const lockTimeoutMs = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS;
    this.#session = new Session(this.#machine, lockTimeoutMs, options.verb);
  }

  async load(request: LoadRequest): Promise<ProgramView[]> {
    const { loadRequested } = await importUnseen<typeof import("./program/requested.ts")>(
      "./program/requested.ts",
    );
    return await loadRequested(this.#machine, this.#session, {
      request,
      after: async (store, records) => {
        const { viewProgram } = await importUnseen<ProgramViews>("./view_program.ts");
        return await Promise.all(
          records.map((record) => viewProgram(this.#machine, store.state, record)),
        );
      },
    });
  }

  async unload(id: ProgramId, options: RemoveOptions = {}): Promise<void> {
    const { unloadProgram } = await importUnseen<typeof import("./program/unload.ts")>(
      "./program/unload.ts",
    );
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
    const { attachProgram } = await importUnseen<typeof import("./link/attach.ts")>(
      "./link/attach.ts",
    );
    const { viewLink } = await importUnseen<LinkViews>("./view_link.ts");
    return await this.#session.changeExisting(async (store) => {
      const record = await attachProgram(this.#machine, store, request);
      return viewLink(this.#machine, store.state, record);
    });
  }

  async replaceProgram(request: ReplaceRequest): Promise<ProgramView> {
    const { replaceProgram } = await importUnseen<typeof import("./program/replace.ts")>(
      "./program/replace.ts",
    );
    const { viewProgram } = await importUnseen<ProgramViews>("./view_program.ts");
    return await this.#session.changeExisting(async (store) => {
      const { record, notices } = await replaceProgram(this.#machine, store, request);
      this.#session.note(...notices);
      return await viewProgram(this.#machine, store.state, record);
    });
  }

  async run(request: RunRequest): Promise<RunResult> {
    const { runProgram } = await importUnseen<typeof import("./program/run.ts")>(
      "./program/run.ts",
    );
    return await runProgram(this.#machine, this.#session, request);
  }

  async deletePrograms(
    ids: readonly ProgramId[] | "all",
    options: DeleteOptions = {},
  ): Promise<ProgramId[]> {
    const { deletePrograms } = await importUnseen<Delete>("./program/delete.ts");
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
    const { deleteLinks } = await importUnseen<Delete>("./program/delete.ts");
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
    const { detachLink } = await importUnseen<typeof import("./link/detach.ts")>(
      "./link/detach.ts",
    );
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
    const { changeChain } = await importUnseen<typeof import("./link/change_chain.ts")>(
      "./link/change_chain.ts",
    );
    const { viewLink } = await importUnseen<LinkViews>("./view_link.ts");
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

  async listPrograms(filter: ProgramFilter = {}): Promise<ProgramRow[]> {
    const { listProgramRows } = await importUnseen<typeof import("./list_programs.ts")>(
      "./list_programs.ts",
    );
    return await this.#session.read((states) => listProgramRows(this.#machine, states, filter));
  }

  async getProgram(id: ProgramId): Promise<ProgramView> {
    const { getProgram } = await importUnseen<ProgramViews>("./view_program.ts");
    return await this.#session.read(({ seen }) => getProgram(this.#machine, seen, id));
  }

  async listLinks(filter: LinkFilter = {}): Promise<LinkView[]> {
    const { listLinkViews } = await importUnseen<typeof import("./list_links.ts")>(
      "./list_links.ts",
    );
    return await this.#session.read(({ seen }) => listLinkViews(this.#machine, seen, filter));
  }

  async getLink(id: LinkId): Promise<LinkView> {
    const { viewLinkClosely } = await importUnseen<LinkViews>("./view_link.ts");
    return await this.#session.read(({ seen, stored }) => {
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

  async apply(request: ApplyRequest): Promise<ApplyReport> {
    const { applyOn } = await importUnseen<Declared>("./declared/manage.ts");
    return await applyOn(this.#machine, this.#session, request);
  }

  async planApply(request: ApplyRequest): Promise<ApplicationPlan[]> {
    const { planOn } = await importUnseen<Declared>("./declared/manage.ts");
    return await planOn(this.#machine, this.#session, request);
  }

  async previewApply(request: ApplyRequest): Promise<ApplyEffects> {
    const { previewOn } = await importUnseen<Declared>("./declared/manage.ts");
    return await previewOn(this.#machine, this.#session, request);
  }

  async history(directory: string, name?: string): Promise<Generation[]> {
    const { historyIn } = await importUnseen<Declared>("./declared/manage.ts");
    return historyIn(directory, name);
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
