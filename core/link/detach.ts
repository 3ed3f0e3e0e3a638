/**
 * Detaching, the same for every kind.
 *
 * The pin is removed and the link cut before the row goes; a row without a pin, which is what a
 * kill leaves, is dropped by the next change.
 *
 * @module
 */
import { notFound } from "../errors.ts";
import { isSyscallError, withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { LinkId, LinkRecord } from "../types.ts";
import { partPins } from "./driver.ts";
import { hookOfLink } from "./member_hook.ts";
import { awaitRelease } from "./release.ts";

/** Cuts one link of the kernel; returns its id, null when its pin was gone already. */
function cutPin({ kernel }: Machine, pinPath: string): number | null {
  let id: number | null = null;
  try {
    using link = kernel.bpf.openPin(pinPath);
    id = kernel.bpf.linkInfoByFd(link.raw).id;
    // the pin goes first: a kill in between frees the link, and none is left that is cut and pinned
    kernel.files.remove(pinPath);
    // perf event and tracing links know no detach: they go with their last descriptor; and a link
    // whose interface is gone has nothing to detach from
    kernel.bpf.detachLink(link.raw);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    if (error.code === "EPERM" || error.code === "EACCES") throw error;
  }
  kernel.files.remove(pinPath);
  return id;
}

/** Cuts whatever a record stands for; returns the kernel's ids. */
function cut(machine: Machine, record: LinkRecord): number[] {
  return [...partPins(record), record.pinPath].filter((pin) => pin !== "")
    .map((pin) => cutPin(machine, pin))
    .filter((id) => id !== null);
}

/** Cuts a link that stands for itself. */
async function detachOwn(machine: Machine, store: Store, record: LinkRecord): Promise<boolean> {
  const { id } = record;
  const work = { action: `Cannot detach link ${id}`, needs: ["CAP_BPF", "CAP_NET_ADMIN"] };
  const ids = withExplanation(machine.kernel, work, () => cut(machine, record));
  const isGone = await awaitRelease(machine, ids);
  await store.commit({ deleteLinks: [id] });
  return isGone;
}

/**
 * Cuts links and waits until the kernel has let go, so that nothing is counted afterwards. Links of
 * one chain leave it by one swap.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param ids The links.
 * @returns Those that another process still holds after 10 s.
 * @throws {BpfmanError} When there is no such link, or the kernel refuses.
 */
export async function detachLinks(
  machine: Machine,
  store: Store,
  ids: readonly LinkId[],
): Promise<LinkId[]> {
  const rows = ids.map((id) => {
    const row = store.state.links.get(id);
    if (row === undefined) throw notFound("link", id);
    return row;
  });
  const held: LinkId[] = [];
  const chains = Map.groupBy(rows, (row) => hookOfLink(store.state, row));
  for (const [hook, members] of chains) {
    if (hook !== null) {
      // named by a value: links that stand for themselves do not need it (see cli/main.ts)
      const path = "./member.ts";
      const { detachMembers }: typeof import("./member.ts") = await import(path);
      const isGone = await detachMembers(machine, store, { hook, rows: members });
      if (!isGone) held.push(...members.map(({ id }) => id));
      continue;
    }
    for (const row of members) if (!await detachOwn(machine, store, row)) held.push(row.id);
  }
  return held;
}

/** Cuts one link, see {@link detachLinks}; false when another process still holds it. */
export async function detachLink(machine: Machine, store: Store, id: LinkId): Promise<boolean> {
  const held = await detachLinks(machine, store, [id]);
  return held.length === 0;
}
