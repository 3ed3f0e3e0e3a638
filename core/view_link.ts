/**
 * Links of the store joined with what the kernel says now.
 *
 * @module
 */
import type { LinkInfo } from "../ffi/mod.ts";
import { withExplanation } from "./kernel_errors.ts";
import { runsOf } from "./chain/runs.ts";
import { sightSeat } from "./chain/seat.ts";
import type { HookRecord } from "./chain/record.ts";
import { hookKey } from "./chain/model.ts";
import { positionOf } from "./link/chain.ts";
import { hookOf, isMember } from "./link/member_hook.ts";
import { findProblem } from "./link/health.ts";
import { lookLink } from "./lookups.ts";
import type { Machine } from "./machine.ts";
import { applicationOf } from "./owner_filter.ts";
import type { StoreState } from "./store/state.ts";
import type { ChainView, LinkRecord, LinkView } from "./types.ts";

/** The chain that a link is a member of, null for links that stand for themselves. */
function chainRecord(state: StoreState, { details }: LinkRecord): HookRecord | null {
  return isMember(details) ? state.hooks.get(hookKey(hookOf(details))) ?? null : null;
}

/** True while a TC chain's filter is where we put it, and runs our program. */
function isFiltered(machine: Machine, hook: HookRecord | null): boolean {
  if (hook === null) return false;
  return sightSeat(machine, hook).programId === hook.current?.mainProgramId;
}

/** True while the kernel has what the record stands for. */
function isSeen(
  machine: Machine,
  { id, kernelLinkId }: LinkRecord,
  { hook, info }: { readonly hook: HookRecord | null; readonly info: LinkInfo | null },
): boolean {
  const seat = hook?.current?.seat;
  const hasOwn = kernelLinkId === null || info !== null;
  if (seat?.kind === "tc") return hasOwn && isFiltered(machine, hook);
  if (hook === null || seat?.kind !== "libxdp") return info !== null;
  const { state, lost = [] } = sightSeat(machine, hook);
  return state === "hidden" || state === "present" && !lost.includes(id);
}

function viewChain(hook: HookRecord | null): ChainView | null {
  if (hook === null || hook.current === null) return null;
  const { choice, engine, reason, revision, mainProgramId, members } = hook.current;
  return { choice, engine, reason, revision, mainProgramId, length: members.length, runs: null };
}

/** A link with its kernel side. */
export function viewLink(machine: Machine, state: StoreState, record: LinkRecord): LinkView {
  const { kernel } = machine;
  const info = lookLink(machine, record);
  const program = state.programs.get(record.programId);
  const hook = chainRecord(state, record);
  const isPinPresent = record.pinPath === "" || kernel.files.exists(record.pinPath);
  const isKernelSeen = isSeen(machine, record, { hook, info });
  return {
    record,
    position: positionOf(state, record),
    chain: viewChain(hook),
    functionName: program?.name ?? "",
    application: applicationOf(program),
    kernel: info,
    isKernelSeen,
    isPinPresent,
    problem: findProblem(machine, record, { info, isPinPresent, isKernelSeen }),
  };
}

/** Position among all programs of a hook that libxdp shares with others. */
async function sharedPosition(
  machine: Machine,
  hook: HookRecord,
  position: number | null,
): Promise<number | null> {
  if (hook.current?.engine !== "libxdp" || position === null) return position;
  // named by a value: most commands do not need these files (see importUnseen in cli/main.ts)
  const path = "./chain/dispatchers.ts";
  const { ownPositions }: typeof import("./chain/dispatchers.ts") = await import(path);
  const positions = await ownPositions(machine, hook);
  return positions[position] ?? position;
}

/** A link with its kernel side, and what takes a closer look. */
export async function viewLinkClosely(
  machine: Machine,
  state: StoreState,
  record: LinkRecord,
): Promise<LinkView> {
  const work = { action: `Cannot show link ${record.id}`, needs: ["CAP_SYS_ADMIN"] };
  const view = withExplanation(machine.kernel, work, () => viewLink(machine, state, record));
  const hook = chainRecord(state, record);
  if (hook === null || view.chain === null) return view;
  const runs = await runsOf(machine, hook);
  const chain = { ...view.chain, runs: runs?.get(record.id) ?? null };
  return { ...view, position: await sharedPosition(machine, hook, view.position), chain };
}
