/**
 * A load as it is asked for: planned, judged, and made while nobody else changes anything.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import type { Store } from "../store/kv_store.ts";
import type { LoadRequest, ProgramRecord } from "../types.ts";
import type { LoadMark } from "./load.ts";
import { nameOfObject, planLoad } from "./plan_load.ts";

/** A load, and what follows it. */
export interface RequestedLoad<T> {
  /** What to load. */
  readonly request: LoadRequest;
  /** What tells its rows until all is done. @default nothing */
  readonly mark?: LoadMark;
  /** What to do with it. */
  readonly after: AfterLoad<T>;
}

/** What follows a load, while the store is still open. */
export type AfterLoad<T> = (store: Store, records: readonly ProgramRecord[]) => Promise<T>;

/** Reads files while the database is opened; named by a value, no sooner (see cli/main.ts). */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

function importLoad(): Promise<typeof import("./load.ts")> {
  return importUnseen("./load.ts");
}

/**
 * Loads what a request names.
 *
 * @param machine The machine.
 * @param session Opens the store.
 * @param work What to load, and what to do with it.
 * @returns What `after` returns.
 * @throws {BpfmanError} When object and request do not fit, or the kernel refuses.
 */
export async function loadRequested<T>(
  machine: Machine,
  session: Session,
  { request, mark, after }: RequestedLoad<T>,
): Promise<T> {
  const plan = await planLoad(request);
  // while the database is opened: bind libbpf, judge the object, read what loads it
  const meanwhile = async () => {
    machine.kernel.loader.warmUp();
    const [{ checkStructure }] = await Promise.all([
      importUnseen<typeof import("./check_structure.ts")>("./check_structure.ts"),
      importLoad(),
    ]);
    checkStructure(nameOfObject(request), plan.bytes);
  };
  return await session.change(async (store) => {
    const { loadPrograms } = await importLoad();
    const records = await loadPrograms(
      machine,
      { state: store.state, request, plan, ...(mark === undefined ? {} : { mark }) },
      (rows) => store.commit({ putPrograms: rows }),
    );
    return await after(store, records);
  }, { meanwhile });
}
