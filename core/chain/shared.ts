/**
 * Changing a hook that is shared with others through libxdp: the engine puts our members there
 * itself. A change that was killed is made once more.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreChange } from "../store/state.ts";
import type { ForeignMember, ProgramId } from "../types.ts";
import type { SharingEngine } from "./engine.ts";
import { loadLibxdp } from "./engines.ts";
import { droppedLinks, finishedRows, undoneChange } from "./finish.ts";
import { describeHook, type EngineChoice, hookKey } from "./model.ts";
import type { HookRecord, PlannedChain, SeatedChain } from "./record.ts";

/** Why a hook is shared, in words; null when it is not. */
export async function sharingReason(
  machine: Machine,
  record: HookRecord,
  choice: EngineChoice,
): Promise<string | null> {
  const { hook, current } = record;
  if (current !== null) return current.engine === "libxdp" ? current.reason : null;
  if (choice === "libxdp") return "it was asked for";
  if (choice !== "auto" || hook.kind !== "xdp") return null;
  const { network, traffic } = machine.kernel;
  // most interfaces have no program: then libxdp is not even opened
  if (network.within(hook.netns, () => traffic.xdp(hook.ifindex)) === null) return null;
  const engine = await loadLibxdp();
  return isThere(engine, machine, record) ? "a dispatcher of libxdp is on the interface" : null;
}

function isThere(engine: SharingEngine, machine: Machine, { hook }: HookRecord): boolean {
  try {
    return engine.isThere(machine, hook);
  } catch (error) {
    // where libxdp is not here, or may not look, its dispatcher cannot be told from another program:
    // then the seat names what sits there
    if (isSyscallError(error)) return false;
    if (error instanceof Error && error.name === "LibraryError") return false;
    throw error;
  }
}

/** Refuses to go from an engine of ours to libxdp or back while programs are attached. */
export function checkEngineChange({ hook, current }: HookRecord, choice: EngineChoice): void {
  if (current === null || choice === "auto" || choice === current.engine) return;
  if (choice !== "libxdp" && current.engine !== "libxdp") return;
  throw new BpfmanError(
    `Cannot run "${describeHook(hook)}" by ${choice}: its programs run by ${current.engine}, and ` +
      "between libxdp and the other engines there is no change without a gap",
    {
      code: "chain-refused",
      kind: ErrorKind.KERNEL,
      hint: "Detach the programs of the hook first, then attach them anew",
    },
  );
}

/** Programs of others on the hook, to be written down before a change. */
export async function foreignPrograms(
  machine: Machine,
  { hook, current }: HookRecord,
): Promise<ProgramId[]> {
  const engine = await loadLibxdp();
  return engine.foreign(machine, hook, current).map(({ programId }) => programId);
}

/** Programs of others on a hook; none where libxdp is not here, or may not be opened. */
export async function foreignMembers(
  machine: Machine,
  { hook, current }: HookRecord,
): Promise<readonly ForeignMember[]> {
  if (current?.engine !== "libxdp") return [];
  const engine = await loadLibxdp();
  try {
    return engine.foreign(machine, hook, current);
  } catch (error) {
    if (error instanceof Error && error.name === "LibraryError") return [];
    throw error;
  }
}

/** Refuses a chain that libxdp cannot run. */
export async function checkShared(
  machine: Machine,
  store: Store,
  { hook, next }: { readonly hook: HookRecord["hook"]; readonly next: PlannedChain },
): Promise<void> {
  const engine = await loadLibxdp();
  const { members, mode } = next;
  const limits = engine.limits({ machine, state: store.state }, { hook, members, mode });
  if (limits.length === 0) return;
  throw new BpfmanError(
    `Cannot run the programs on "${describeHook(hook)}" by libxdp: ${limits.join("; ")}`,
    {
      code: "chain-refused",
      kind: ErrorKind.KERNEL,
      hint: "Where no program of others is on the interface, --engine compose has no such limits",
    },
  );
}

/** Makes the change that is under way, or the part of it that is missing. */
async function applyNext(
  machine: Machine,
  store: Store,
  record: HookRecord,
): Promise<SeatedChain | null> {
  const { hook, current, next } = record;
  if (next === null) return current;
  const engine = await loadLibxdp();
  const spec = { hook, members: next.members, mode: next.mode };
  const before = { current, foreign: next.foreign ?? [] };
  const after = engine.apply({ machine, state: store.state }, spec, before);
  if (after === null) return null;
  const { tcSeat: _, foreign: __, ...plan } = next;
  return { ...plan, ...after };
}

/**
 * Makes the change that is under way on a shared hook, and writes it down.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param record The hook, with the change under way in the store.
 * @throws {BpfmanError} When libxdp refuses; all is as before.
 */
export async function changeShared(
  machine: Machine,
  store: Store,
  record: HookRecord,
): Promise<void> {
  let chain: SeatedChain | null;
  try {
    chain = await applyNext(machine, store, record);
  } catch (error) {
    await store.commit(undoneChange(record));
    throw error;
  }
  const deleteLinks = droppedLinks(record);
  const change: StoreChange = chain === null
    ? { deleteHooks: [hookKey(record.hook)], deleteLinks }
    : {
      putHooks: [{ ...record, current: chain, next: null }],
      putLinks: finishedRows(machine, store.state, { record, chain }),
      deleteLinks,
    };
  await store.commit(change);
}
