/**
 * A manager without a kernel. It knows a few programs and links, answers requests with what was
 * asked for, and fails in the way that an id or a path names.
 *
 * @module
 */
import type { DeleteOptions, Manager, RemoveOptions, RunResult } from "../../core/api.ts";
import { noDispatcher } from "../../core/chain/dispatchers.ts";
import { codesOf } from "../../core/chain/proceed_on.ts";
import type { ApplyEffects } from "../../core/declared/effect_types.ts";
import { notFound } from "../../core/errors.ts";
import type {
  ApplicationPlan,
  ApplyReport,
  ApplyRequest,
  AttachRequest,
  DispatcherFilter,
  DispatcherKey,
  DispatcherView,
  Generation,
  LinkChanges,
  LinkFilter,
  LinkView,
  LoadRequest,
  Notice,
  ProgramFilter,
  ProgramRow,
  ProgramView,
  RepairOptions,
  RepairReport,
  ReplaceRequest,
  RunRequest,
  StatusReport,
} from "../../core/types.ts";
import { failureOf, verifierError } from "./fake_failures.ts";
import { DISPATCHERS } from "./sample_dispatchers.ts";
import { LINKS, PROGRAMS, SHARED_LINK, XDP_LINK } from "./sample_state.ts";
import { sampleRepair, sampleStatus } from "./sample_status.ts";
import { detailsOf, foreignRow, loadedProgram, rowOf, sampleLink } from "./sample_views.ts";

/** A manager that needs no kernel. */
export class FakeManager implements Manager {
  readonly #isEmpty: boolean;
  #notices: Notice[] = [];

  constructor(isEmpty: boolean) {
    this.#isEmpty = isEmpty;
  }

  load(request: LoadRequest): Promise<ProgramView[]> {
    const name = request.image === undefined ? request.path : request.image.reference;
    if (name.includes("refused")) return Promise.reject(verifierError(name));
    const encode = ([name, value]: [string, Uint8Array | string]) => {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return [name, bytes.toBase64()] as const;
    };
    const application = request.application;
    const views = request.programs.map((program, at) =>
      loadedProgram(70 + at, program, {
        source: request.image === undefined
          ? { kind: "file", path: request.path }
          : { ...request.image, kind: "image" },
        globals: Object.fromEntries(Object.entries(request.globals ?? {}).map(encode)),
        metadata: {
          ...request.metadata,
          ...(application === undefined ? {} : { "bpfman.io/application": application }),
        },
        mapOwnerId: request.mapOwnerId ?? null,
      })
    );
    return Promise.resolve(views);
  }

  unload(id: number, options: RemoveOptions = {}): Promise<void> {
    if (id === 63) {
      this.#notices.push({ code: "interrupted-load", message: "Finished an interrupted load" });
    }
    return this.#remove("program", id, options);
  }

  detach(id: number, options: RemoveOptions = {}): Promise<void> {
    return this.#remove("link", id, options);
  }

  #remove(what: "program" | "link", id: number, options: RemoveOptions): Promise<void> {
    const isKnown = what === "program"
      ? PROGRAMS.some((view) => view.record.programId === id)
      : LINKS.some((view) => view.record.id === id);
    if (isKnown || (options.ignoreMissing && failureOf(id) === undefined)) return Promise.resolve();
    return Promise.reject(failureOf(id) ?? notFound(what, id));
  }

  attach(request: AttachRequest): Promise<LinkView> {
    const failure = failureOf(request.programId);
    if (failure !== undefined) return Promise.reject(failure);
    const view = sampleLink(9, detailsOf(request.target), { programId: request.programId });
    return Promise.resolve({
      ...view,
      record: { ...view.record, metadata: request.metadata ?? {} },
    });
  }

  replaceProgram(request: ReplaceRequest): Promise<ProgramView> {
    const old = PROGRAMS.find(({ record }) => record.programId === request.programId);
    const failure = failureOf(request.programId);
    if (old === undefined) return Promise.reject(failure ?? notFound("program", request.programId));
    if (request.newMaps === true) {
      this.#notices.push({ code: "map-renewed", message: 'map "counters" begins anew' });
    }
    const { name, type } = old.record;
    return Promise.resolve(
      loadedProgram(70, { name: request.name ?? name, type }, {
        source: { kind: "file", path: request.path ?? "" },
      }),
    );
  }

  async run(request: RunRequest): Promise<RunResult> {
    const [program] = await this.load(request.load);
    if (program === undefined) throw new TypeError("Cannot run: nothing is named");
    const { target } = request;
    const link = await this.attach({ programId: program.record.programId, target });
    return { program: { ...program, links: [link] }, link };
  }

  /** The programs that were named, dependents first; program 64 shares the maps of 63. */
  async deletePrograms(
    ids: readonly number[] | "all",
    options: DeleteOptions = {},
  ): Promise<number[]> {
    const named = ids === "all" ? PROGRAMS.map((view) => view.record.programId) : [...ids];
    for (const id of named) await this.#remove("program", id, {});
    const more = options.recursive === true && named.includes(63) ? [64] : [];
    return [...more, ...named];
  }

  async deleteLinks(ids: readonly number[], options: DeleteOptions = {}): Promise<number[]> {
    for (const id of ids) await this.#remove("link", id, {});
    return options.recursive === true ? [63, 64] : [63];
  }

  /** Rows whose names tell the filter that was asked for, so that a test sees it. */
  listPrograms(filter: ProgramFilter = {}): Promise<ProgramRow[]> {
    if (this.#isEmpty) return Promise.resolve([]);
    // how much is looked up is no filter of the user's
    const { all, hasMemory: _hasMemory, ...others } = filter;
    const rows = [...(all ? [foreignRow(5)] : []), ...PROGRAMS.map(rowOf)];
    if (Object.keys(others).length === 0) return Promise.resolve(rows);
    return Promise.resolve(
      rows.slice(0, 1).map((row) => ({ ...row, functionName: JSON.stringify(others) })),
    );
  }

  getProgram(id: number): Promise<ProgramView> {
    const view = PROGRAMS.find((program) => program.record.programId === id);
    if (view !== undefined) return Promise.resolve(view);
    return Promise.reject(failureOf(id) ?? notFound("program", id));
  }

  /** Like {@link FakeManager.listPrograms}. */
  listLinks(filter: LinkFilter = {}): Promise<LinkView[]> {
    if (this.#isEmpty) return Promise.resolve([]);
    if (Object.keys(filter).length === 0) return Promise.resolve([...LINKS]);
    if (filter.programId === 94) return Promise.resolve([SHARED_LINK]);
    return Promise.resolve([{ ...XDP_LINK, functionName: JSON.stringify(filter) }]);
  }

  /** A link with the changes in place of what it had; link 9 is a member of a longer chain. */
  updateLink(id: number, { priority, proceedOn, engine }: LinkChanges): Promise<LinkView> {
    const view = LINKS.find((link) => link.record.id === id);
    const { details } = view?.record ?? {};
    if (view === undefined || details?.kind !== "xdp") return Promise.reject(notFound("link", id));
    const changed = {
      ...details,
      ...(priority === undefined ? {} : { priority }),
      ...(proceedOn === undefined ? {} : { proceedOn: codesOf("xdp", proceedOn) }),
    };
    const { chain } = sampleLink(id, changed);
    if (chain === null) return Promise.reject(notFound("link", id));
    const choice = engine ?? chain.choice;
    return Promise.resolve(sampleLink(id, changed, { chain: { ...chain, choice, revision: 2 } }));
  }

  changeChain(): Promise<LinkView[]> {
    return Promise.reject(new TypeError("Cannot change a chain: no command does"));
  }

  listDispatchers(filter: DispatcherFilter = {}): Promise<DispatcherView[]> {
    if (this.#isEmpty) return Promise.resolve([]);
    const { type } = filter;
    return Promise.resolve(
      DISPATCHERS.filter(({ key }) => type === undefined || key.type === type),
    );
  }

  getDispatcher(key: DispatcherKey): Promise<DispatcherView> {
    const found = DISPATCHERS.find((view) => JSON.stringify(view.key) === JSON.stringify(key));
    return found === undefined ? Promise.reject(noDispatcher(key)) : Promise.resolve(found);
  }

  async deleteDispatcher(key: DispatcherKey): Promise<void> {
    await this.getDispatcher(key);
  }

  status(): Promise<StatusReport> {
    return Promise.resolve(sampleStatus(this.#isEmpty));
  }

  repair(options: RepairOptions = {}): Promise<RepairReport> {
    return Promise.resolve(sampleRepair(this.#isEmpty, options));
  }

  apply(_request: ApplyRequest): Promise<ApplyReport> {
    return Promise.resolve({ applications: [] });
  }

  planApply(_request: ApplyRequest): Promise<ApplicationPlan[]> {
    return Promise.resolve([]);
  }

  previewApply(_request: ApplyRequest): Promise<ApplyEffects> {
    return Promise.resolve({ applications: [], chains: [], capabilities: [] });
  }

  history(_directory: string, _name?: string): Promise<Generation[]> {
    return Promise.resolve([]);
  }

  getLink(id: number): Promise<LinkView> {
    const view = LINKS.find((link) => link.record.id === id);
    if (view !== undefined) return Promise.resolve(view);
    return Promise.reject(failureOf(id) ?? notFound("link", id));
  }

  notices(): Notice[] {
    return this.#notices.splice(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
