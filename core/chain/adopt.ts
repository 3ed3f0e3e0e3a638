/**
 * XDP and TC links from before there were chains: each becomes a chain of one.
 *
 * @module
 */
import { hookOf, isMember } from "../link/member_hook.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreChange } from "../store/state.ts";
import type { LinkRecord, TcDetails, XdpDetails } from "../types.ts";
import { DEFAULT_PROCEED_ON } from "./proceed_on.ts";
import type { HookRecord, SeatFacts } from "./record.ts";

/** Such a row has no proceed-on. */
type OldDetails = (XdpDetails | TcDetails) & { readonly proceedOn?: readonly number[] };

function seatOf(details: OldDetails, { kernelLinkId }: LinkRecord, pinPath: string): SeatFacts {
  if (details.kind === "xdp") return { kind: "xdp", pinPath, kernelLinkId: kernelLinkId ?? 0 };
  const { filterPriority, filterHandle } = details;
  return { kind: "tc", filterPriority, filterHandle, hasMadeClsact: false };
}

/**
 * The rows of a link that becomes a chain of one.
 *
 * @param row The link.
 * @param pinPath Where its kernel link is pinned.
 */
export function adoptedRows(row: LinkRecord, pinPath: string): StoreChange {
  if (!isMember(row.details)) return {};
  const old: OldDetails = row.details;
  const { priority, proceedOn = DEFAULT_PROCEED_ON[old.kind] } = old;
  const details = { ...old, proceedOn };
  const record: HookRecord = {
    version: 1,
    hook: hookOf(details),
    next: null,
    current: {
      revision: 0,
      choice: "auto",
      engine: "direct",
      reason: "it was attached before there were chains",
      members: [{ linkId: row.id, programId: row.programId, priority, proceedOn }],
      mode: details.kind === "xdp" ? details.mode : null,
      isModeForced: details.kind === "xdp" && details.isModeForced,
      mainProgramId: row.programId,
      seat: seatOf(old, row, pinPath),
    },
  };
  return { putHooks: [record], putLinks: [{ ...row, details, pinPath }] };
}

/** Makes a link a chain of one: its pin moves to the seat, where it has one. */
export async function adoptLink(machine: Machine, store: Store, row: LinkRecord): Promise<void> {
  const { kernel, layout } = machine;
  if (!isMember(row.details)) return;
  if (row.details.kind === "tc") return await store.commit(adoptedRows(row, ""));
  const seat = layout.seatPin(hookOf(row.details));
  kernel.files.remove(seat);
  {
    using link = kernel.bpf.openPin(row.pinPath);
    kernel.bpf.pin(link.raw, seat);
  }
  await store.commit(adoptedRows(row, seat));
  kernel.files.remove(row.pinPath);
}
