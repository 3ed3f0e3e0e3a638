/**
 * A load as it is asked for: planned, judged, and made while nobody else changes anything.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import type { Store } from "../store/kv_store.ts";
import type { LoadRequest, ProgramRecord } from "../types.ts";
import { loadPrograms } from "./load.ts";
import { nameOfObject, planLoad } from "./plan_load.ts";

/** What follows a load, while the store is still open. */
export type AfterLoad<T> = (store: Store, records: readonly ProgramRecord[]) => Promise<T>;

/**
 * Judges an object's structure. The gate has many files; named by a value, they are read while the
 * database is opened (see importUnseen in cli/main.ts).
 */
async function passGate(path: string, bytes: Uint8Array): Promise<void> {
  const gate = "./check_structure.ts";
  const { checkStructure }: typeof import("./check_structure.ts") = await import(gate);
  checkStructure(path, bytes);
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
  { request, after }: { readonly request: LoadRequest; readonly after: AfterLoad<T> },
): Promise<T> {
  const plan = await planLoad(request);
  // while the database is opened: bind libbpf, and judge the object
  const meanwhile = async () => {
    machine.kernel.loader.warmUp();
    await passGate(nameOfObject(request), plan.bytes);
  };
  return await session.change(async (store) => {
    const records = await loadPrograms(
      machine,
      { state: store.state, request, plan },
      (rows) => store.commit({ putPrograms: rows }),
    );
    return await after(store, records);
  }, meanwhile);
}
