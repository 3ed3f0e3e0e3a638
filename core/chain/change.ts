/**
 * Changing a chain: any number of edits, one atomic swap.
 *
 * What a kill leaves at each point, and what the next command does about it (`repair.ts`):
 * 1. the row with `next`, the rows of new links (the seat runs the old program: undone);
 * 2. the folder of the new revision, in part or whole (the same);
 * 3. the seat runs the new program, which is the pin `dispatcher` of that folder (finished);
 * 4. the rows are as they shall be; the old folder remains (swept).
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { withExplanation } from "../kernel_errors.ts";
import { isLeftToNext } from "../left_to_next.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreChange } from "../store/state.ts";
import type { LinkRecord, ProgramId, XdpMode } from "../types.ts";
import { chooseEngines, type EngineOption } from "./choose.ts";
import { applyEdits, type ChainEdit } from "./edits.ts";
import { finishedChange, undoneChange } from "./finish.ts";
import { freeRevision, makeFolder, removeFolder, removeRevisions, sweepFolders } from "./folder.ts";
import { type ChainHook, describeHook, type EngineChoice, hookKey } from "./model.ts";
import { inOrder } from "./order.ts";
import type { HookRecord, PlannedChain } from "./record.ts";
import { isMade } from "./repair.ts";
import {
  changeShared,
  checkEngineChange,
  checkShared,
  foreignPrograms,
  sharingReason,
} from "./shared.ts";
import { leaveSeat, planSeat, takeSeat, tidyClsact } from "./seat.ts";

/** Changes of one hook that are to become one swap. */
export interface HookChange {
  readonly hook: ChainHook;
  readonly edits: readonly ChainEdit[];
  /** Start of the message of a refusal, such as `Cannot attach program 7 to "eth0"`. */
  readonly action: string;
  /** What is remembered of the links that are added. */
  readonly newLinks?: readonly LinkRecord[];
  /** Engine. @default what the hook has, else auto */
  readonly choice?: EngineChoice;
  /** Forces the mode of an XDP chain. @default what the hook has, else what the interface takes */
  readonly mode?: XdpMode;
  /** Further changes of the store, made together with the first commit. */
  readonly before?: StoreChange;
  /** Further changes of the store, made together with the last commit. */
  readonly after?: StoreChange;
}

/** A change on its way. */
interface Work {
  readonly machine: Machine;
  readonly store: Store;
  readonly change: HookChange;
}

const FRESH = { version: 1, current: null, next: null } as const;

function checkMode({ hook, mode }: HookChange, { current }: HookRecord): void {
  if (mode === undefined || current === null || current.mode === mode) return;
  throw new BpfmanError(
    `Cannot attach to "${describeHook(hook)}" in ${mode} mode: its chain runs in ` +
      `${current.mode} mode, and all programs of an interface share one`,
    { code: "xdp-mode-refused", hint: "Leave --mode out, or detach the others first" },
  );
}

function choiceOf({ machine, change }: Work, { current }: HookRecord): EngineChoice {
  return change.choice ?? current?.choice ?? machine.engine ?? "auto";
}

function planned(
  work: Work,
  record: HookRecord,
  option: { readonly engine: { readonly name: PlannedChain["engine"] }; readonly reason: string },
): PlannedChain {
  const { machine, change } = work;
  const { current } = record;
  return {
    revision: freeRevision(machine, record),
    choice: choiceOf(work, record),
    engine: option.engine.name,
    reason: option.reason,
    members: applyEdits(current?.members ?? [], change.edits),
    mode: change.mode ?? current?.mode ?? null,
    isModeForced: change.mode !== undefined || current?.isModeForced === true,
    tcSeat: current === null ? planSeat(machine, record.hook) : null,
  };
}

async function begin({ store, change }: Work, record: HookRecord): Promise<void> {
  await store.commit({
    ...change.before,
    putHooks: [record],
    putLinks: [...change.before?.putLinks ?? [], ...change.newLinks ?? []],
  });
}

function nameOf({ store }: Work, { engine, members }: PlannedChain): string {
  const [first] = members;
  const own = first === undefined ? undefined : store.state.programs.get(first.programId)?.name;
  return engine === "direct" && own !== undefined ? own : "tc_dispatcher";
}

/** Builds the new revision and makes packets meet it. */
function buildAndSwap(work: Work, record: HookRecord, option: EngineOption): void {
  const { machine, store, change } = work;
  const { next, hook } = record;
  if (next === null) return;
  const folder = machine.layout.revision(hook, next.revision);
  const explained = { action: change.action, needs: option.engine.needs };
  withExplanation(machine.kernel, explained, () => {
    makeFolder(machine, folder);
    const spec = { hook, members: next.members, mode: next.mode };
    const context = { machine, state: store.state };
    using built = option.engine.build(context, spec, { number: next.revision, folder });
    const program = { programFd: built.mainFd, name: nameOf(work, next) };
    takeSeat(machine, store.state, { record, next, program });
  });
}

/** Takes back what a failed change has done: the seat still runs the old chain, or nothing. */
async function undo({ machine, store }: Work, record: HookRecord): Promise<void> {
  const { hook, next, current } = record;
  if (next !== null) removeFolder(machine, machine.layout.revision(hook, next.revision));
  const twin = current === null ? tidyClsact(machine, store.state, record) : null;
  const change = undoneChange(record);
  await store.commit({ ...change, putHooks: [...change.putHooks ?? [], ...twin ? [twin] : []] });
}

/**
 * Ends a change that came to an error. An answer of the kernel may be lost after the work was done.
 *
 * @returns The change when it was made all the same.
 */
async function settleFailure(work: Work, record: HookRecord, error: unknown): Promise<HookRecord> {
  if (isLeftToNext(error)) throw error;
  if (isMade(work.machine, record)) return record;
  await undo(work, record);
  throw error;
}

/** True for a failure that another engine may not meet: the kernel refused to take a program. */
function isEngineFailure(error: unknown): boolean {
  return error instanceof BpfmanError &&
    ["verifier-rejected", "kernel-refused", "kernel-forbids", "missing-capability"]
      .includes(error.code);
}

async function tryOption(work: Work, fresh: HookRecord, option: EngineOption): Promise<HookRecord> {
  const record = { ...fresh, next: planned(work, fresh, option) };
  await begin(work, record);
  try {
    buildAndSwap(work, record, option);
    return record;
  } catch (error) {
    return await settleFailure(work, record, error);
  }
}

/** An option that is taken as the kernel refused those before it. */
function afterRefusal(option: EngineOption, failures: readonly unknown[]): EngineOption {
  const [first] = failures;
  const why = first instanceof Error ? `: ${first.message}` : "";
  return { ...option, reason: `the kernel refused the engine before it${why}` };
}

function hasNext(at: number, options: readonly EngineOption[]): boolean {
  return at + 1 < options.length;
}

async function swapChain(work: Work, fresh: HookRecord): Promise<HookRecord> {
  const { machine, store, change } = work;
  const members = applyEdits(fresh.current?.members ?? [], change.edits);
  const choice = choiceOf(work, fresh);
  if (choice === "libxdp") throw new TypeError("Cannot build a chain of libxdp");
  const spec = { hook: fresh.hook, members: inOrder(members), mode: fresh.current?.mode ?? null };
  const context = { machine, state: store.state };
  const options = await chooseEngines({ context, spec, choice });
  const failures: unknown[] = [];
  for (const [at, option] of options.entries()) {
    try {
      return await tryOption(work, fresh, at === 0 ? option : afterRefusal(option, failures));
    } catch (error) {
      failures.push(error);
      if (!isEngineFailure(error) || !hasNext(at, options)) throw failures[0];
    }
  }
  throw new TypeError("Cannot change a chain: there is no engine");
}

/** Programs that a filter of ours may run. */
function ownPrograms({ current }: HookRecord): ProgramId[] {
  return current === null ? [] : [current.mainProgramId];
}

/** Leaves a hook whose change is under way and has no members; safe to do twice. */
export function leaveHook(machine: Machine, record: HookRecord): void {
  leaveSeat(machine, record, ownPrograms(record));
}

async function emptyHook(work: Work, fresh: HookRecord): Promise<HookRecord> {
  const option = { engine: { name: fresh.current?.engine ?? "direct" }, reason: "" } as const;
  const record = { ...fresh, next: planned(work, fresh, option) };
  await begin(work, record);
  const explained = { action: work.change.action, needs: ["CAP_BPF", "CAP_NET_ADMIN"] };
  try {
    withExplanation(work.machine.kernel, explained, () => leaveHook(work.machine, record));
    return record;
  } catch (error) {
    return await settleFailure(work, record, error);
  }
}

/**
 * Writes down that a change is done, and clears what the old revision left.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param record The hook with the change that was made.
 * @param more Further changes of the store.
 */
export async function finishHook(
  machine: Machine,
  store: Store,
  { record, more = {} }: { readonly record: HookRecord; readonly more?: StoreChange },
): Promise<void> {
  const isLeft = record.next?.members.length === 0;
  const twin = isLeft ? tidyClsact(machine, store.state, record) : null;
  // a hook that is forgotten must leave nothing: nobody would know whose folder it was
  if (isLeft) removeRevisions(machine, record.hook);
  const change = finishedChange(machine, store.state, record);
  await store.commit({
    ...more,
    ...change,
    putHooks: [...change.putHooks ?? [], ...twin ? [twin] : []],
    putLinks: [...more.putLinks ?? [], ...change.putLinks ?? []],
    deleteLinks: [...more.deleteLinks ?? [], ...change.deleteLinks ?? []],
  });
  sweepFolders(machine, store.state);
}

/** Changes a hook that is shared with others. */
async function shareHook(work: Work, fresh: HookRecord, reason: string): Promise<void> {
  const { machine, store, change } = work;
  const option = { engine: { name: "libxdp" }, reason } as const;
  const foreign = await foreignPrograms(machine, fresh);
  const next = { ...planned(work, fresh, option), foreign };
  if (next.members.length > 0) await checkShared(machine, store, { hook: fresh.hook, next });
  const record = { ...fresh, next };
  await begin(work, record);
  await changeShared(machine, store, record);
  if (change.after !== undefined) await store.commit(change.after);
}

/**
 * Changes a chain as a whole, or not at all.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param change The hook and what becomes of its chain.
 * @throws {BpfmanError} When no engine can run the chain, or the kernel refuses; all is as before.
 */
export async function changeHook(
  machine: Machine,
  store: Store,
  change: HookChange,
): Promise<void> {
  const work = { machine, store, change };
  const known = store.state.hooks.get(hookKey(change.hook));
  const record: HookRecord = { ...FRESH, ...known, hook: change.hook };
  checkMode(change, record);
  const isLeft = applyEdits(record.current?.members ?? [], change.edits).length === 0;
  if (isLeft && record.current === null) return;
  const choice = choiceOf(work, record);
  if (!isLeft) checkEngineChange(record, choice);
  const reason = await sharingReason(machine, record, choice);
  if (reason !== null) return await shareHook(work, record, reason);
  const done = isLeft ? await emptyHook(work, record) : await swapChain(work, record);
  const more = change.after === undefined ? {} : { more: change.after };
  await finishHook(machine, store, { record: done, ...more });
}
