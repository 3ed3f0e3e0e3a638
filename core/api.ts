/**
 * What the manager offers, as an interface: the library's surface and what `cli/` is written
 * against.
 *
 * @module
 */
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

/** How a missing object is taken. */
export interface RemoveOptions {
  /** An absent id is a success. @default false */
  readonly ignoreMissing?: boolean;
}

/** How far a cascading removal goes. */
export interface DeleteOptions {
  /** Also programs that share maps with a removed one. @default false */
  readonly recursive?: boolean;
}

/** What a run made. */
export interface RunResult {
  /** The program, with its link. */
  readonly program: ProgramView;
  /** The link. */
  readonly link: LinkView;
}

/** Loads, attaches, shows and removes eBPF programs. */
export interface Manager extends AsyncDisposable {
  /**
   * Loads the named programs of one object file, pins them with their maps, and remembers them:
   * all or none. Programs come back in the order of the request.
   */
  load(request: LoadRequest): Promise<ProgramView[]>;
  /** Detaches every link of a program and removes it. */
  unload(id: ProgramId, options?: RemoveOptions): Promise<void>;
  /** Attaches a loaded program. */
  attach(request: AttachRequest): Promise<LinkView>;
  /**
   * Lets a new version take the place of a program: its links run the new one, maps whose schema is
   * the same are kept, and the old one is removed. When anything fails, all is as it was.
   */
  replaceProgram(request: ReplaceRequest): Promise<ProgramView>;
  /** Loads one program and attaches it: both or nothing. */
  run(request: RunRequest): Promise<RunResult>;
  /**
   * Removes programs with their links, dependents first; `"all"` stands for every program of this
   * manager. Returns the ids of those that are gone.
   */
  deletePrograms(
    ids: readonly ProgramId[] | "all",
    options?: DeleteOptions,
  ): Promise<ProgramId[]>;
  /** Cuts links, and removes each program that has no link left. Returns those programs' ids. */
  deleteLinks(ids: readonly LinkId[], options?: DeleteOptions): Promise<ProgramId[]>;
  /** Cuts a link from its hook and forgets it. */
  detach(id: LinkId, options?: RemoveOptions): Promise<void>;
  /** Changes the place of an XDP or TC link in its chain, by one swap. */
  updateLink(id: LinkId, changes: LinkChanges): Promise<LinkView>;
  /**
   * Makes several changes of one hook with one swap: at no moment do packets meet some of them
   * only. Returns the links that joined or changed, in the order of the request.
   */
  changeChain(request: ChainRequest): Promise<LinkView[]>;
  /** Hooks with chains, by kind, namespace and interface. */
  listDispatchers(filter?: DispatcherFilter): Promise<DispatcherView[]>;
  /** One hook with its chain and, where the engine counts, how often each member ran. */
  getDispatcher(key: DispatcherKey): Promise<DispatcherView>;
  /** Takes every program off a hook, also off one that nobody remembers. The programs stay loaded. */
  deleteDispatcher(key: DispatcherKey): Promise<void>;
  /** Programs, ascending by id. */
  listPrograms(filter?: ProgramFilter): Promise<ProgramRow[]>;
  /** One program; programs of others are refused with their owner's name where known. */
  getProgram(id: ProgramId): Promise<ProgramView>;
  /** Links, ascending by id. */
  listLinks(filter?: LinkFilter): Promise<LinkView[]>;
  /** One link, also one that lost its pin or its kernel side. */
  getLink(id: LinkId): Promise<LinkView>;
  /** Store, pins and kernel compared. Takes no lock, and changes nothing. */
  status(): Promise<StatusReport>;
  /** Mends what {@link Manager.status} finds, as far as it can be mended. */
  repair(options?: RepairOptions): Promise<RepairReport>;
  /**
   * Makes applications as they are wanted: all of them, or where something is refused, none. What is
   * as it is wanted already stays as it is.
   */
  apply(request: ApplyRequest): Promise<ApplyReport>;
  /** What an apply would do. Takes no lock, and changes nothing. */
  planApply(request: ApplyRequest): Promise<ApplicationPlan[]>;
  /** What the kernel will look like after an apply. Takes no lock, and changes nothing. */
  previewApply(request: ApplyRequest): Promise<ApplyEffects>;
  /** Every generation of an application, or of all of them; the oldest first. */
  history(directory: string, name?: string): Promise<Generation[]>;
  /** What was noticed (and mended) on the way, since the last call. */
  notices(): Notice[];
}
