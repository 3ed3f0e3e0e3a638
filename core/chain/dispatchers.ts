/**
 * Hooks with chains as users see them: listed, shown, taken away as a whole.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreState } from "../store/state.ts";
import type {
  DispatcherFilter,
  DispatcherKey,
  DispatcherView,
  ForeignMember,
  LinkId,
  MemberView,
} from "../types.ts";
import { changeHook } from "./change.ts";
import { MAIN_PIN, removeRevisions, revisionsOf } from "./folder.ts";
import { pinnedProgram } from "./finish.ts";
import { type ChainHook, HOOK_WORDS, hookWord } from "./model.ts";
import type { HookRecord } from "./record.ts";
import { runsOf } from "./runs.ts";
import { foreignMembers } from "./shared.ts";
import { removeXdp } from "./seat_xdp.ts";

function keyOf({ hook }: HookRecord): DispatcherKey {
  return { type: hookWord(hook), nsid: hook.nsid, ifindex: hook.ifindex };
}

function isSame(a: DispatcherKey, b: DispatcherKey): boolean {
  return a.type === b.type && a.nsid === b.nsid && a.ifindex === b.ifindex;
}

function compare(a: DispatcherKey, b: DispatcherKey): number {
  const rank = ({ type }: DispatcherKey) => HOOK_WORDS.indexOf(type);
  return rank(a) - rank(b) || a.nsid - b.nsid || a.ifindex - b.ifindex;
}

/** Positions of our members among all programs of a hook. */
export async function ownPositions(machine: Machine, record: HookRecord): Promise<number[]> {
  const foreign = await foreignMembers(machine, record);
  return leftPositions(record.current?.members.length ?? 0, foreign);
}

/** Positions that programs of others leave to ours. */
function leftPositions(count: number, foreign: readonly ForeignMember[]): number[] {
  const taken = new Set(foreign.map(({ position }) => position));
  return Array.from({ length: count + foreign.length }, (_, position) => position)
    .filter((position) => !taken.has(position));
}

/** A hook with its chain; null while nothing runs there yet. */
function viewDispatcher(
  state: StoreState,
  record: HookRecord,
  { runs, foreign }: {
    readonly runs: ReadonlyMap<LinkId, bigint> | null;
    readonly foreign: readonly ForeignMember[];
  },
): DispatcherView | null {
  const { hook, current } = record;
  if (current === null) return null;
  const positions = leftPositions(current.members.length, foreign);
  const members = current.members.map((member, at): MemberView => ({
    member,
    position: positions[at] ?? at,
    link: state.links.get(member.linkId) ?? null,
    functionName: state.programs.get(member.programId)?.name ?? "",
    runs: runs?.get(member.linkId) ?? null,
  }));
  return { key: keyOf(record), hook, chain: current, members, foreign };
}

function isWanted({ type, nsid, ifindex }: DispatcherKey, filter: DispatcherFilter): boolean {
  return type === (filter.type ?? type) && nsid === (filter.nsid ?? nsid) &&
    ifindex === (filter.ifindex ?? ifindex);
}

/** Hooks that pass a filter, by kind, namespace and interface. */
export async function listDispatchers(
  machine: Machine,
  state: StoreState,
  filter: DispatcherFilter,
): Promise<DispatcherView[]> {
  const views: DispatcherView[] = [];
  for (const record of state.hooks.values()) {
    if (!isWanted(keyOf(record), filter)) continue;
    const foreign = await foreignMembers(machine, record);
    const view = viewDispatcher(state, record, { runs: null, foreign });
    if (view !== null) views.push(view);
  }
  return views.sort((a, b) => compare(a.key, b.key));
}

/** The error for a hook without a chain. */
export function noDispatcher({ type, nsid, ifindex }: DispatcherKey): BpfmanError {
  return new BpfmanError(
    `Dispatcher ${type} of network namespace ${nsid} and interface ${ifindex} does not exist`,
    {
      code: "dispatcher-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: 'See "dispatcher list" for those that exist',
    },
  );
}

/**
 * Finds the row of a hook.
 *
 * @throws {BpfmanError} When there is none.
 */
function findHook(state: StoreState, key: DispatcherKey): HookRecord {
  const found = [...state.hooks.values()].find((record) => isSame(keyOf(record), key));
  if (found === undefined || found.current === null) throw noDispatcher(key);
  return found;
}

/** A hook with its chain and, where the engine counts, how often each member ran. */
export async function getDispatcher(
  machine: Machine,
  state: StoreState,
  key: DispatcherKey,
): Promise<DispatcherView> {
  const record = findHook(state, key);
  const runs = await runsOf(machine, record);
  const view = viewDispatcher(state, record, {
    runs,
    foreign: await foreignMembers(machine, record),
  });
  if (view === null) throw noDispatcher(key);
  return view;
}

/** A hook that nobody remembers, by its pins. */
function strayHook({ type, nsid, ifindex }: DispatcherKey): ChainHook {
  const place = { interface: String(ifindex), ifindex, netns: null, nsid };
  return type === "xdp"
    ? { kind: "xdp", ...place }
    : { kind: "tc", ...place, direction: type === "tc-ingress" ? "ingress" : "egress" };
}

/** Removes filters that run a program of a forgotten chain, where the namespace is our own. */
function removeStrayFilters(machine: Machine, hook: ChainHook): void {
  const { network, traffic } = machine.kernel;
  if (hook.kind !== "tc" || network.namespaceId(null) !== hook.nsid) return;
  const { ifindex, direction } = hook;
  const ours = new Set(
    revisionsOf(machine, hook).map((number) =>
      pinnedProgram(machine, `${machine.layout.revision(hook, number)}/${MAIN_PIN}`)
    ),
  );
  for (const { kind, programId, priority, handle } of traffic.filters(ifindex, direction)) {
    if (kind !== "bpf" || !ours.has(programId)) continue;
    traffic.deleteFilter({ ifindex, direction, priority, handle });
  }
}

/** Takes what is left of a chain that nobody remembers off its hook; false when nothing is. */
function removeStray(machine: Machine, key: DispatcherKey): boolean {
  const { kernel, layout } = machine;
  const hook = strayHook(key);
  const isSeated = hook.kind === "xdp" && kernel.files.exists(layout.seatPin(hook));
  if (!isSeated && revisionsOf(machine, hook).length === 0) return false;
  if (isSeated) removeXdp(machine, hook);
  removeStrayFilters(machine, hook);
  removeRevisions(machine, hook);
  return true;
}

/**
 * Takes every program off a hook, by one swap; also off a hook that nobody remembers.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param key The hook.
 * @throws {BpfmanError} When nothing of ours is there, or the kernel refuses.
 */
export async function deleteDispatcher(
  machine: Machine,
  store: Store,
  key: DispatcherKey,
): Promise<void> {
  const record = [...store.state.hooks.values()].find((one) => isSame(keyOf(one), key));
  if (record === undefined) {
    if (removeStray(machine, key)) return;
    throw noDispatcher(key);
  }
  await changeHook(machine, store, {
    hook: record.hook,
    action: `Cannot delete dispatcher ${key.type} ${key.nsid} ${key.ifindex}`,
    edits: (record.current?.members ?? []).map(({ linkId }) => ({ kind: "remove", linkId })),
  });
}
