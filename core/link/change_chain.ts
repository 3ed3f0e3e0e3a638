/**
 * Several changes of one hook as one swap: programs join, change their place, leave.
 *
 * @module
 */
import { changeHook } from "../chain/change.ts";
import type { ChainEdit } from "../chain/edits.ts";
import { type ChainHook, describeHook, hookKey } from "../chain/model.ts";
import { codesOf } from "../chain/proceed_on.ts";
import { BpfmanError, notFound, usageError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreState } from "../store/state.ts";
import type {
  AttachRequest,
  ChainRequest,
  EngineChoice,
  LinkChanges,
  LinkId,
  LinkRecord,
  XdpMode,
} from "../types.ts";
import { newLink } from "./attach.ts";
import { describePlace } from "./driver.ts";
import { checkPriority } from "./interface.ts";
import { hookOf, hookOfLink, isMember } from "./member_hook.ts";

/** An edit with the hook that it is for. */
interface PlacedEdit {
  readonly hook: ChainHook;
  readonly edit: ChainEdit;
  /** Row of a link that joins. */
  readonly row?: LinkRecord;
}

function memberRow(state: StoreState, id: LinkId): { row: LinkRecord; hook: ChainHook } {
  const row = state.links.get(id);
  if (row === undefined) throw notFound("link", id);
  const hook = hookOfLink(state, row);
  if (hook !== null) return { row, hook };
  throw new BpfmanError(
    `Link ${id} on "${
      describePlace(row.details)
    }" is no member of a chain: only XDP and TC links are`,
    { code: "no-chain", hint: "Detach it, and attach it anew with what it shall have" },
  );
}

function joining(machine: Machine, state: StoreState, requests: readonly AttachRequest[]) {
  const placed: PlacedEdit[] = [];
  let nextLinkId = state.nextLinkId;
  for (const request of requests) {
    const { row } = newLink(machine, { ...state, nextLinkId }, request);
    const { id, programId, details } = row;
    if (!isMember(details)) throw usageError(`A ${details.kind} link is no member of a chain`);
    nextLinkId = id + 1;
    const { priority, proceedOn } = details;
    const member = { linkId: id, programId, priority, proceedOn };
    placed.push({ hook: hookOf(details), edit: { kind: "add", member }, row });
  }
  return { placed, nextLinkId };
}

function updated(state: StoreState, change: LinkChanges & { readonly id: LinkId }): PlacedEdit {
  const { id, priority, proceedOn } = change;
  const { hook, row } = memberRow(state, id);
  const program = state.programs.get(row.programId);
  if (program !== undefined) change.admit?.(program, row);
  if (priority !== undefined) checkPriority(priority);
  const edit: ChainEdit = {
    kind: "update",
    linkId: id,
    ...(priority === undefined ? {} : { priority }),
    ...(proceedOn === undefined ? {} : { proceedOn: codesOf(hook.kind, proceedOn) }),
  };
  return { hook, edit };
}

function oneHook(placed: readonly PlacedEdit[]): ChainHook {
  const [first] = placed;
  if (first === undefined) throw usageError("A change of a chain needs a link or a program");
  const other = placed.find(({ hook }) => hookKey(hook) !== hookKey(first.hook));
  if (other === undefined) return first.hook;
  throw usageError(
    `Cannot change "${describeHook(first.hook)}" and "${describeHook(other.hook)}" by one swap: ` +
      "the changes must be on one hook",
  );
}

/** What the targets say of the whole hook. */
function wishes(request: ChainRequest): { choice?: EngineChoice; mode?: XdpMode } {
  const targets = (request.attach ?? []).map(({ target }) => target);
  const engines = targets.map((target) => "engine" in target ? target.engine : undefined);
  const modes = targets.map((target) => target.kind === "xdp" ? target.mode : undefined);
  const choice = request.engine ?? engines.find((engine) => engine !== undefined);
  const mode = modes.find((one) => one !== undefined);
  return {
    ...(choice === undefined ? {} : { choice }),
    ...(mode === undefined ? {} : { mode }),
  };
}

/**
 * Changes one hook by one swap.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param request What joins, changes and leaves.
 * @returns Rows of the links that joined or changed, in the order of the request.
 * @throws {BpfmanError} When the changes are not on one hook, or cannot be made; all is as before.
 */
export async function changeChain(
  machine: Machine,
  store: Store,
  request: ChainRequest,
): Promise<LinkRecord[]> {
  const { state } = store;
  const { placed: joined, nextLinkId } = joining(machine, state, request.attach ?? []);
  const changed = (request.update ?? []).map((change) => updated(state, change));
  const left = (request.detach ?? []).map((linkId): PlacedEdit => (
    { hook: memberRow(state, linkId).hook, edit: { kind: "remove", linkId } }
  ));
  const all = [...joined, ...changed, ...left];
  const hook = oneHook(all);
  await changeHook(machine, store, {
    hook,
    action: `Cannot change the chain on "${describeHook(hook)}"`,
    edits: all.map(({ edit }) => edit),
    newLinks: joined.map(({ row }) => row).filter((row) => row !== undefined),
    before: { nextLinkId },
    ...wishes(request),
  });
  const ids = [...joined, ...changed].map(({ edit }) =>
    edit.kind === "add" ? edit.member.linkId : edit.linkId
  );
  return ids.map((id) => store.state.links.get(id)).filter((row) => row !== undefined);
}
