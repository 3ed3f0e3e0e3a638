/**
 * XDP and TC links: to attach one is to change the chain of its hook.
 *
 * @module
 */
import { changeHook } from "../chain/change.ts";
import { type ChainHook, describeHook, hookKey } from "../chain/model.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkId, LinkRecord, TcTarget, XdpTarget } from "../types.ts";
import { hookOf, isMember } from "./member_hook.ts";
import { awaitRelease } from "./release.ts";

/** What is attached to a chain. */
export interface MemberAttach {
  /** The link's row. */
  readonly row: LinkRecord;
  readonly target: XdpTarget | TcTarget;
}

/**
 * Adds a link to the chain of its hook.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param attach The link's row, and what was asked for.
 * @returns The finished row.
 * @throws {BpfmanError} When no engine can run the chain, or the kernel refuses.
 */
export async function attachMember(
  machine: Machine,
  store: Store,
  { row, target }: MemberAttach,
): Promise<LinkRecord> {
  const { id, programId, details } = row;
  if (!isMember(details)) throw new TypeError(`Cannot attach: ${details.kind} has no chain`);
  const hook = hookOf(details);
  const { priority, proceedOn } = details;
  await changeHook(machine, store, {
    hook,
    action: `Cannot attach program ${programId} to "${describeHook(hook)}"`,
    edits: [{ kind: "add", member: { linkId: id, programId, priority, proceedOn } }],
    newLinks: [row],
    before: { nextLinkId: id + 1 },
    ...(target.engine === undefined ? {} : { choice: target.engine }),
    ...("mode" in target && target.mode !== undefined ? { mode: target.mode } : {}),
  });
  const finished = store.state.links.get(id);
  if (finished === undefined) throw new TypeError(`Cannot attach: link ${id} has no row`);
  return finished;
}

/** The kernel's own link of a member that goes, null for one that the whole hook shares. */
function ownKernelLink(state: StoreState, row: LinkRecord, hook: ChainHook): number | null {
  const seat = state.hooks.get(hookKey(hook))?.current?.seat;
  const isShared = seat?.kind === "xdp" && seat.kernelLinkId === row.kernelLinkId;
  return isShared ? null : row.kernelLinkId;
}

/**
 * Takes links out of the chain of one hook, by one swap.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param rows The links, all of the same hook.
 * @returns False when another process still holds one of them.
 */
export async function detachMembers(
  machine: Machine,
  store: Store,
  { hook, rows }: { readonly hook: ChainHook; readonly rows: readonly LinkRecord[] },
): Promise<boolean> {
  const ids: LinkId[] = rows.map(({ id }) => id);
  await changeHook(machine, store, {
    hook,
    action: `Cannot detach ${ids.length === 1 ? "link" : "links"} ${ids.join(", ")}`,
    edits: ids.map((linkId) => ({ kind: "remove", linkId })),
  });
  const gone = rows.map((row) => ownKernelLink(store.state, row, hook)).filter((id) => id !== null);
  return await awaitRelease(machine, [...new Set(gone)]);
}
