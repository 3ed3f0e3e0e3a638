/**
 * What the store holds, as plain data, and how a change is applied to it.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import type { HookRecord } from "../chain/record.ts";
import type { ApplyIntent } from "../declared/types.ts";
import type { LinkId, LinkRecord, ProgramId, ProgramRecord } from "../types.ts";

/** Everything that is remembered. */
export interface StoreState {
  readonly programs: ReadonlyMap<ProgramId, ProgramRecord>;
  readonly links: ReadonlyMap<LinkId, LinkRecord>;
  /** Hooks that run chains, by their key. */
  readonly hooks: ReadonlyMap<string, HookRecord>;
  /** The next link's id; only ever grows. */
  readonly nextLinkId: LinkId;
  /** Boot in which the rows were written; rows of older versions do not tell. */
  readonly bootId?: string;
  /** The apply that is under way, or was when its process was killed. */
  readonly apply?: ApplyIntent;
}

/** A change that is made as a whole or not at all. */
export interface StoreChange {
  readonly putPrograms?: readonly ProgramRecord[];
  readonly deletePrograms?: readonly ProgramId[];
  readonly putLinks?: readonly LinkRecord[];
  readonly deleteLinks?: readonly LinkId[];
  readonly putHooks?: readonly HookRecord[];
  /** Keys of hooks. */
  readonly deleteHooks?: readonly string[];
  readonly nextLinkId?: LinkId;
  /** The boot from now on. */
  readonly bootId?: string;
  /** The apply that is under way from now on; null when none is any more. */
  readonly apply?: ApplyIntent | null;
}

/** The state of a machine on which nothing was done yet. */
export const EMPTY_STATE: StoreState = {
  programs: new Map(),
  links: new Map(),
  hooks: new Map(),
  nextLinkId: 1,
};

/** True when a change changes nothing. */
export function isEmptyChange(change: StoreChange): boolean {
  return Object.values(change).every((part) => Array.isArray(part) ? part.length === 0 : false);
}

function changed<K extends number, V>(
  old: ReadonlyMap<K, V>,
  put: readonly (readonly [K, V])[],
  remove: readonly K[],
): ReadonlyMap<K, V> {
  const next = new Map([...old, ...put]);
  for (const key of remove) next.delete(key);
  return new Map([...next].sort(([a], [b]) => a - b));
}

function changedHooks(state: StoreState, change: StoreChange): ReadonlyMap<string, HookRecord> {
  const { putHooks = [], deleteHooks = [] } = change;
  if (putHooks.length === 0 && deleteHooks.length === 0) return state.hooks;
  const put = putHooks.map((record) => [hookKey(record.hook), record] as const);
  const next = new Map([...state.hooks, ...put]);
  for (const key of deleteHooks) next.delete(key);
  return new Map([...next].sort(([a], [b]) => a < b ? -1 : 1));
}

function bootOf(bootId: string | undefined): { readonly bootId?: string } {
  return bootId === undefined ? {} : { bootId };
}

function applyOf(state: StoreState, { apply = state.apply ?? null }: StoreChange) {
  return apply === null ? {} : { apply };
}

/** The state after a change; the given one stays as it is. */
export function applyChange(state: StoreState, change: StoreChange): StoreState {
  const programs = (change.putPrograms ?? []).map((record) => [record.programId, record] as const);
  const links = (change.putLinks ?? []).map((record) => [record.id, record] as const);
  return {
    programs: changed(state.programs, programs, change.deletePrograms ?? []),
    links: changed(state.links, links, change.deleteLinks ?? []),
    hooks: changedHooks(state, change),
    nextLinkId: change.nextLinkId ?? state.nextLinkId,
    ...bootOf(change.bootId ?? state.bootId),
    ...applyOf(state, change),
  };
}

/** The links of a program, ascending by id. */
export function linksOf(state: StoreState, program: ProgramId): LinkRecord[] {
  return [...state.links.values()].filter((link) => link.programId === program);
}

/** Id of the map set that a program uses: its own id or its owner's. */
export function mapSetOf(record: ProgramRecord): ProgramId {
  return record.mapOwnerId ?? record.programId;
}

/** Programs that use a map set, ascending. */
export function mapSetUsers(state: StoreState, setId: ProgramId): ProgramId[] {
  return [...state.programs.values()]
    .filter((record) => mapSetOf(record) === setId)
    .map((record) => record.programId);
}
